import { assertEquals, assertThrows } from "@std/assert";
import { needs } from "../../tests/needs.ts";
import { suppressStderr } from "./suppress_stderr.ts";

Deno.test("suppressStderr: what fn returns or throws comes through", needs("ffi"), () => {
  assertEquals(suppressStderr(() => 7), 7);
  const thrown = assertThrows(() =>
    suppressStderr(() => {
      throw new RangeError("inside");
    }), RangeError);
  assertEquals(thrown.message, "inside");
});

Deno.test(
  "suppressStderr: standard error is closed meanwhile, and open again afterwards",
  needs("read", "env", "run"),
  async () => {
    const script = `
    import { suppressStderr } from ${JSON.stringify(new URL("./suppress_stderr.ts", import.meta.url).href)};
    const write = (text) => Deno.stderr.writeSync(new TextEncoder().encode(text));
    write("before ");
    suppressStderr(() => write("never "));
    try { suppressStderr(() => { write("never "); throw new Error(); }); } catch { write("after"); }
  `;
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["eval", "--quiet", script],
      env: { NO_COLOR: "1" },
    }).output();
    assertEquals([code, new TextDecoder().decode(stderr)], [0, "before after"]);
  },
);
