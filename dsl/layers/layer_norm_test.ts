import { assertEquals } from "@std/assert";
import { compile } from "../compile/compile.ts";
import golden from "../golden/expected.json" with { type: "json" };
import { layerNorm } from "./layer_norm.ts";
import { assertTensor, waves } from "../../ops/testing.ts";
import { forward } from "../testing.ts";

Deno.test("layerNorm: each token by its own channels", () => {
  // PyTorch in float64: F.layer_norm(waves([1, 2, 3]), (3,), waves([3]), waves([3]), 1e-6)
  const { output, state } = forward(layerNorm({ epsilon: 1e-6 }), waves([1, 2, 3]), { training: true });
  assertTensor(output, [1, 2, 3], golden.layerNorm, 1e-5);
  assertEquals(state, {});
});

Deno.test("layerNorm: any shape, and starts as none", () => {
  for (const input of [[192], [197, 192], [14, 14, 192]]) {
    const model = compile(layerNorm(), { input });
    assertEquals(model.output, input);
    assertEquals(model.parameters.map(({ path, shape }) => [path, shape]), [["scale", [192]], ["offset", [192]]]);
    const { scale, offset } = model.init(0);
    assertEquals([scale.dataSync()[5], offset.dataSync()[5]], [1, 0]);
  }
});
