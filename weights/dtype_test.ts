import { assertEquals } from "@std/assert";
import { elementCount, toFloat32 } from "./dtype.ts";

Deno.test("elementCount: a scalar is one, and sizes that no memory has are refused", () => {
  assertEquals(elementCount([]), 1);
  assertEquals(elementCount([7, 0, 3]), 0);
  for (const shape of [[-1], [1.5], ["2"], [null], [2 ** 53], [2 ** 30, 2 ** 30], [2 ** 40, 2 ** 40, 0]]) {
    assertEquals(elementCount(shape), undefined, `[${shape}]`);
  }
});

Deno.test("toFloat32: half types widen exactly, integers are not touched", () => {
  assertEquals(toFloat32("F16", Float16Array.of(1.5, -65504, 2 ** -24)), Float32Array.of(1.5, -65504, 2 ** -24));
  assertEquals(
    toFloat32("BF16", Uint16Array.of(0x3f80, 0xc049, 0x7f80, 0x0001)),
    Float32Array.of(1, -3.140625, Infinity, 2 ** -133),
  );
  assertEquals(toFloat32("F64", Float64Array.of(0.1)), Float32Array.of(0.1));
  assertEquals(toFloat32("U16", Uint16Array.of(0x3f80)), undefined);
  assertEquals(toFloat32("I64", BigInt64Array.of(1n)), undefined);
});
