import { assertEquals } from "@std/assert";
import { compile } from "../compile/compile.ts";
import { flatten } from "./flatten.ts";
import { assertTensor, waves } from "../../ops/testing.ts";
import { forward } from "../testing.ts";

Deno.test("flatten: one vector for each image, the channels fastest", () => {
  const x = waves([2, 3, 1, 2]);
  assertTensor(forward(flatten(), x).output, [2, 6], [...x.dataSync()], 0);
  assertEquals(compile(flatten(), { input: [7, 7, 512] }).output, [25088]);
});
