import { assertEquals } from "@std/assert";
import { needs } from "./needs.ts";

/** Types of tfjs, which `deno doc` takes for private because no module of this package exports them. */
const tfjsTypes = new Set(["Tensor", "Scalar", "Tensor1D", "Tensor2D", "Tensor3D", "Tensor4D"]);

Deno.test("doc lint: every export has a docstring and public types, except those of tfjs", needs("read", "run"), () => {
  const { stderr } = new Deno.Command(Deno.execPath(), {
    args: ["doc", "--lint", "mod.ts", "runtime/mod.ts"],
    cwd: new URL("..", import.meta.url),
    env: { NO_COLOR: "1" },
  }).outputSync();
  const faults = [...new TextDecoder().decode(stderr).matchAll(/^error\[[\w-]+\]: (.*)\n *--> (.*)$/gm)];
  const foreign = ([, fault]: RegExpMatchArray) =>
    tfjsTypes.has(/references private type '(.*)'$/.exec(fault)?.[1] ?? "");
  assertEquals(faults.filter((fault) => !foreign(fault)).map(([, fault, place]) => `${place}: ${fault}`), []);
  assertEquals(faults.some(foreign), true, "the output of deno doc --lint has another form than this test reads");
});
