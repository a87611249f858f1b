import { assertEquals } from "@std/assert";
import { root } from "./command.ts";
import { needs } from "./needs.ts";
import { sourceText } from "./sources.ts";

/** Makes the native backend the one in use, for the examples that leave it open. */
const native = `import { openEngine as open } from "@thorax/thorax/runtime";\nawait open({ device: "cpu" });\n`;

Deno.test(
  "docs/jit.md: its examples have the right types and run natively",
  needs("read", "run", "ffi", "env"),
  async (t) => {
    const examples = [...sourceText("docs/jit.md").matchAll(/^```ts( ignore)?\n([\s\S]*?)^```$/gm)];
    assertEquals(examples.length, 8);
    for (const [index, [, ignored, code]] of examples.entries()) {
      await t.step(`example ${index + 1}${ignored ?? ""}`, async () => {
        const check = ignored ? ["--check"] : []; // the types of the others are the documentation's own test
        const args = ["eval", "-q", "--ext=ts", ...check, native + code];
        const { code: status, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd: root }).output();
        assertEquals([status, new TextDecoder().decode(stderr)], [0, ""]);
      });
    }
  },
);
