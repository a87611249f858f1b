import { assertEquals } from "@std/assert";
import { attribute } from "../../ops/native.ts";
import { resolveTypes, tfjsType } from "./element_types.ts";
import { dataTypes } from "../ffi/data_type.ts";

const { float32, int32, bfloat16, uint8, int64 } = dataTypes;
const inputs = (...types: number[]) => types.map((dtype) => ({ dtype }));

Deno.test("tfjsType: bfloat16 is float32 to tfjs, bytes and int64 are int32", () => {
  assertEquals([bfloat16, float32, int32, uint8, int64].map(tfjsType), [float32, float32, int32, int32, int32]);
});

Deno.test("resolveTypes: of types that tfjs has an op stays as it is", () => {
  const attributes = [attribute.type("T", float32)];
  assertEquals(resolveTypes("Mul", attributes, inputs(float32, float32)), { attributes, casts: [] });
});

Deno.test("resolveTypes: one bfloat16 input makes the others bfloat16, and the attributes that name their type", () => {
  const attributes = [attribute.type("T", float32), attribute.type("Tpaddings", int32), attribute.bool("x", true)];
  assertEquals(resolveTypes("PadV2", attributes, inputs(bfloat16, int32, float32)), {
    attributes: [attribute.type("T", bfloat16), ...attributes.slice(1)],
    casts: [{ index: 2, to: bfloat16 }],
  });
});

Deno.test("resolveTypes: batch norm's statistics stay float32", () => {
  const attributes = [attribute.type("T", float32), attribute.type("U", float32)];
  const types = [attribute.type("T", bfloat16), attribute.type("U", float32)];
  const forward = resolveTypes("FusedBatchNormV3", attributes, inputs(bfloat16, float32, float32, float32, float32));
  assertEquals(forward, { attributes: types, casts: [] });
  const backward = resolveTypes(
    "FusedBatchNormGradV3",
    attributes,
    inputs(float32, bfloat16, float32, float32, float32, float32),
  );
  assertEquals(backward, { attributes: types, casts: [{ index: 0, to: bfloat16 }] });
});

Deno.test("resolveTypes: a cast goes from what its input is", () => {
  const attributes = [attribute.type("SrcT", float32), attribute.type("DstT", int32)];
  assertEquals(resolveTypes("Cast", attributes, inputs(bfloat16)).attributes, [
    attribute.type("SrcT", bfloat16),
    attribute.type("DstT", int32),
  ]);
});

Deno.test("resolveTypes: bytes are cast to the int32 that tfjs asks for, where the op does not name them itself", () => {
  const attributes = [attribute.type("T", int32)];
  const casts = [{ index: 0, to: int32 }, { index: 1, to: int32 }];
  assertEquals(resolveTypes("AddV2", attributes, inputs(uint8, uint8)), { attributes, casts });
  const cast = [attribute.type("SrcT", int32), attribute.type("DstT", int32)];
  assertEquals(resolveTypes("Cast", cast, inputs(uint8)), {
    attributes: [attribute.type("SrcT", uint8), attribute.type("DstT", int32)],
    casts: [],
  });
  assertEquals(resolveTypes("EncodePng", [], inputs(uint8)).casts, []);
  const narrow = [attribute.type("SrcT", int64), attribute.type("DstT", int32)];
  assertEquals(resolveTypes("Cast", narrow, inputs(int64)), { attributes: narrow, casts: [] });
});
