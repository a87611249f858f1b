import { assertEquals, assertThrows } from "@std/assert";
import { compile } from "../compile/compile.ts";
import { conv } from "./conv.ts";
import { ShapeError } from "../errors.ts";
import { patchEmbedding } from "./patch_embedding.ts";
import { stack } from "../combinators/stack.ts";
import { summary } from "../compile/summary.ts";
import { assertTensor, waves } from "../../ops/testing.ts";
import { forward } from "../testing.ts";

const messageOf = (patch: number | [number, number], input: number[]) =>
  assertThrows(() => compile(stack({ patch_embed: patchEmbedding(8, patch) }), { input }), ShapeError).message;

Deno.test("patchEmbedding: a convolution whose stride is its kernel", () => {
  const x = waves([2, 4, 6, 3]);
  const { output } = forward(patchEmbedding(5, [2, 3]), x);
  const expected = forward(conv(5, [2, 3], { stride: [2, 3] }), x).output;
  assertTensor(output, [2, 2, 2, 5], [...expected.dataSync()], 0);
});

Deno.test("patchEmbedding: parameters, and multiply-adds", () => {
  const model = compile(patchEmbedding(6, [2, 3]), { input: [4, 6, 5] });
  assertEquals(model.parameters.map(({ path, shape }) => [path, shape]), [["kernel", [2, 3, 5, 6]], ["bias", [6]]]);
  const [{ multiplyAdds, details }] = summary(model);
  assertEquals([multiplyAdds, details], [2 * 2 * 6 * (2 * 3 * 5), "2×3"]);
});

Deno.test("patchEmbedding: an image that is not whole patches is refused, with the nearest sizes", () => {
  assertEquals(
    messageOf(16, [225, 225, 1]),
    "patch_embed (patchEmbedding): expected an image of whole patches of 16×16, got [225, 225, 1] from the input. " +
      "Give it sides of 224 or 240.",
  );
  assertEquals(
    messageOf([16, 14], [224, 224 + 13, 1]).split(". ")[1],
    "Give it a height of 224 and a width of 224 or 238.",
  );
  assertEquals(messageOf(16, [9, 9, 1]).split(". ")[1], "Give it sides of 16.");
});
