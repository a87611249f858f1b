import { assertEquals } from "@std/assert";
import { importGraph, testsReaching } from "./reach.ts";

Deno.test("testsReaching: the nearest tests first, through imports, workers and the package's own name", () => {
  const graph = importGraph(
    new Map([
      ["ops/norm.ts", ""],
      ["ops/norm_test.ts", 'import { big } from "../train/big.ts";'],
      ["train/step.ts", 'import { norm } from "../ops/norm.ts";'],
      ["train/step_test.ts", 'import { step } from "./step.ts";'],
      ["train/big.ts", 'import { step } from "./step.ts";'],
      ["train/worker.ts", 'import { step } from "./step.ts";'],
      ["train/pool.ts", 'new Worker(new URL("./worker.ts", import.meta.url));'],
      ["train/pool_test.ts", 'import "./pool.ts";'],
      ["mod.ts", 'export { step } from "./train/step.ts";'],
      ["docs/example_test.ts", 'import { step } from "@thorax/thorax";'],
      ["dsl/conv_test.ts", '// import { norm } from "../ops/norm.ts";'],
      ["dsl/types_test.ts", 'import type {\n  Norm,\n} from "../ops/norm.ts";\nimport { x } from "./other.ts";'],
    ]),
  );
  assertEquals(testsReaching("ops/norm.ts", graph), [
    "ops/norm_test.ts",
    "train/step_test.ts",
    "docs/example_test.ts",
    "train/pool_test.ts",
  ]);
  assertEquals(testsReaching("docs/example_test.ts", graph), ["docs/example_test.ts"]);
});

Deno.test("testsReaching: the file's own test, then those of its folder, and none that is five imports away", () => {
  const chain = ["ops/norm.ts", "a/1.ts", "a/2.ts", "a/3.ts", "a/4.ts"];
  const importing = (path: string) => `import { norm } from "../${path}";`;
  const graph = importGraph(
    new Map([
      ["ops/norm.ts", ""],
      ...chain.slice(1).map((path, i): [string, string] => [path, importing(chain[i])]),
      ["a/near_test.ts", importing("a/3.ts")],
      ["a/far_test.ts", importing("a/4.ts")],
      ["a/norm_test.ts", importing("ops/norm.ts")],
      ["ops/norm_test.ts", importing("ops/norm.ts")],
      ["ops/other_test.ts", importing("ops/norm.ts")],
    ]),
  );
  const tests = ["ops/norm_test.ts", "ops/other_test.ts", "a/norm_test.ts", "a/near_test.ts"];
  assertEquals(testsReaching("ops/norm.ts", graph), tests);
});
