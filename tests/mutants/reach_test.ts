import { assertEquals } from "@std/assert";
import { testsReaching } from "./reach.ts";

Deno.test("testsReaching: the nearest tests first, through imports, workers and the package's own name", () => {
  const sources = new Map([
    ["ops/norm.ts", ""],
    ["ops/norm_test.ts", 'import { norm } from "./norm.ts";'],
    ["train/step.ts", 'import { norm } from "../ops/norm.ts";'],
    ["train/step_test.ts", 'import { step } from "./step.ts";'],
    ["train/worker.ts", 'import { step } from "./step.ts";'],
    ["train/pool.ts", 'new Worker(new URL("./worker.ts", import.meta.url));'],
    ["train/pool_test.ts", 'import "./pool.ts";'],
    ["mod.ts", 'export { step } from "./train/step.ts";'],
    ["docs/example_test.ts", 'import { step } from "@thorax/thorax";'],
    ["dsl/conv_test.ts", '// import { norm } from "../ops/norm.ts";'],
  ]);
  assertEquals(testsReaching("ops/norm.ts", sources), [
    ["ops/norm_test.ts"],
    ["train/step_test.ts"],
    ["docs/example_test.ts"],
    ["train/pool_test.ts"],
  ]);
  assertEquals(testsReaching("docs/example_test.ts", sources), [["docs/example_test.ts"]]);
});
