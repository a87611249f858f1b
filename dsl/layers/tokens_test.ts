import { assertEquals } from "@std/assert";
import { compile } from "../compile/compile.ts";
import { assertTensor, waves } from "../../ops/testing.ts";
import { forward } from "../testing.ts";
import { tokens } from "./tokens.ts";

const sin = Math.sin;

Deno.test("tokens: the class token and the pixels row by row, each at its position", () => {
  const { output } = forward(tokens(), waves([2, 1, 2, 2]));
  const image = (first: number) => [
    2 * sin(1),
    2 * sin(2),
    ...[0, 1, 2, 3].map((i) => sin(first + i) + sin(3 + i)),
  ];
  assertTensor(output, [2, 3, 2], [...image(1), ...image(5)]);
});

Deno.test("tokens: as many positions as the image has pixels, and one; the class token starts near 0", () => {
  const model = compile(tokens(), { input: [37, 37, 8] });
  assertEquals(model.output, [1370, 8]);
  assertEquals(model.parameters.map(({ path, shape }) => [path, shape]), [
    ["classToken", [8]],
    ["positionEmbedding", [1370, 8]],
  ]);
  const weights = model.init(1);
  assertEquals(weights.classToken.dataSync().every((value) => Math.abs(value) < 1e-5), true);
});
