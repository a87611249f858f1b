import { assertEquals, assertThrows } from "@std/assert";
import { needs } from "../../tests/needs.ts";
import { silently } from "./silence.ts";

Deno.test("silently: what fn returns or throws comes through", needs("ffi"), () => {
  assertEquals(silently(() => 7), 7);
  const thrown = assertThrows(() =>
    silently(() => {
      throw new RangeError("inside");
    }), RangeError);
  assertEquals(thrown.message, "inside");
});

Deno.test(
  "silently: standard error is closed meanwhile, and open again afterwards",
  needs("read", "env", "run"),
  async () => {
    const script = `
    import { silently } from ${JSON.stringify(new URL("./silence.ts", import.meta.url).href)};
    const write = (text) => Deno.stderr.writeSync(new TextEncoder().encode(text));
    write("before ");
    silently(() => write("never "));
    try { silently(() => { write("never "); throw new Error(); }); } catch { write("after"); }
  `;
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["eval", "--quiet", script],
      env: { NO_COLOR: "1" },
    }).output();
    assertEquals([code, new TextDecoder().decode(stderr)], [0, "before after"]);
  },
);
