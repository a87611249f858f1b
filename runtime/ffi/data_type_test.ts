import { assert, assertEquals, assertThrows } from "@std/assert";
import { dataTypes, elementSize, encode, viewOf } from "./data_type.ts";

Deno.test("elementSize: in bytes, and a type that is not supported is named by TensorFlow's number", () => {
  const { float32, int32, int64, complex64, bool, uint8 } = dataTypes;
  assertEquals([float32, int32, int64, complex64, bool, uint8].map(elementSize), [4, 4, 8, 8, 1, 1]);
  assertEquals(
    assertThrows(() => elementSize(dataTypes.string), TypeError).message,
    "tensors of TensorFlow's type 7 are not supported by this engine",
  );
});

Deno.test("encode: values in the element type, those that are of it already as they are", () => {
  const floats = Float32Array.of(1.5, -2), bytes = Uint8Array.of(1, 0);
  assert(encode(dataTypes.float32, floats) === floats);
  assert(encode(dataTypes.bool, bytes) === bytes);
  assertEquals(encode(dataTypes.float32, [1.5, -2]), floats);
  assertEquals(encode(dataTypes.float32, Int32Array.of(3)), Float32Array.of(3));
  assertEquals(encode(dataTypes.int32, [1.9, -1.9, 2 ** 31 - 1]), Int32Array.of(1, -1, 2 ** 31 - 1));
  assertEquals(encode(dataTypes.uint8, [255, 0]), Uint8Array.of(255, 0));
  assertEquals(encode(dataTypes.complex64, [1, 2]), Float32Array.of(1, 2));
  // tfjs-node's Int64Scalar: the low half first
  assertEquals(encode(dataTypes.int64, Int32Array.of(-1, 0)), BigInt64Array.of(4294967295n));
  assertEquals(encode(dataTypes.int64, Int32Array.of(-2, -1)), BigInt64Array.of(-2n));
  assertEquals(
    assertThrows(() => encode(dataTypes.float64, [1]), TypeError).message,
    "tensors of TensorFlow's type 2 are not supported by this engine",
  );
});

Deno.test("viewOf: the bytes of a tensor in its element type", () => {
  const { buffer } = Float32Array.of(1, -2);
  assertEquals(viewOf(dataTypes.float32, buffer), Float32Array.of(1, -2));
  assertEquals(viewOf(dataTypes.int32, buffer), Int32Array.of(0x3f800000, -0x40000000));
  assertEquals(viewOf(dataTypes.bool, Uint8Array.of(1, 0).buffer), Uint8Array.of(1, 0));
  assertEquals(viewOf(dataTypes.int64, BigInt64Array.of(-5n).buffer), BigInt64Array.of(-5n));
  assertEquals(
    assertThrows(() => viewOf(dataTypes.resource, buffer), TypeError).message,
    "values of TensorFlow's type 20 cannot be read",
  );
});
