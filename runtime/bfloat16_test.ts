import { assertEquals } from "@std/assert";
import { attribute } from "../ops/native.ts";
import { realTypes, shownType } from "./bfloat16.ts";
import { dataTypes } from "./data_type.ts";

const { float32, int32, bfloat16 } = dataTypes;
const inputs = (...types: number[]) => types.map((dtype) => ({ dtype }));

Deno.test("shownType: bfloat16 is float32 to tfjs", () => {
  assertEquals([bfloat16, float32, int32].map(shownType), [float32, float32, int32]);
});

Deno.test("realTypes: without bfloat16 an op stays as it is", () => {
  const attributes = [attribute.type("T", float32)];
  assertEquals(realTypes("Mul", attributes, inputs(float32, float32)), { attributes, casts: [] });
});

Deno.test("realTypes: one bfloat16 input makes the others bfloat16, and the attributes that name their type", () => {
  const attributes = [attribute.type("T", float32), attribute.type("Tpaddings", int32), attribute.bool("x", true)];
  assertEquals(realTypes("PadV2", attributes, inputs(bfloat16, int32, float32)), {
    attributes: [attribute.type("T", bfloat16), ...attributes.slice(1)],
    casts: [2],
  });
});

Deno.test("realTypes: batch norm's statistics stay float32", () => {
  const attributes = [attribute.type("T", float32), attribute.type("U", float32)];
  const types = [attribute.type("T", bfloat16), attribute.type("U", float32)];
  const forward = realTypes("FusedBatchNormV3", attributes, inputs(bfloat16, float32, float32, float32, float32));
  assertEquals(forward, { attributes: types, casts: [] });
  const backward = realTypes(
    "FusedBatchNormGradV3",
    attributes,
    inputs(float32, bfloat16, float32, float32, float32, float32),
  );
  assertEquals(backward, { attributes: types, casts: [0] });
});

Deno.test("realTypes: a cast goes from what its input is", () => {
  const attributes = [attribute.type("SrcT", float32), attribute.type("DstT", int32)];
  assertEquals(realTypes("Cast", attributes, inputs(bfloat16)).attributes, [
    attribute.type("SrcT", bfloat16),
    attribute.type("DstT", int32),
  ]);
});
