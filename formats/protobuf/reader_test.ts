import { assertEquals, assertThrows } from "@std/assert";
import { readMessage } from "./reader.ts";
import { field, serialize } from "./writer.ts";

Deno.test("readMessage: the encoding guide's own examples", () => {
  assertEquals(readMessage(Uint8Array.of(0x08, 0x96, 0x01)).integers(1), [150]);
  assertEquals(readMessage(Uint8Array.of(0x12, 0x07, ...new TextEncoder().encode("testing"))).texts(2), ["testing"]);
  const nested = readMessage(Uint8Array.of(0x1a, 0x03, 0x08, 0x96, 0x01)).messages(3);
  assertEquals(nested.map((inner) => inner.integers(1)), [[150]]);
  const minusTwo = readMessage(Uint8Array.of(0x08, 0xfe, ...Array(8).fill(0xff), 0x01));
  assertEquals(minusTwo.integers(1), [-2]);
});

Deno.test("readMessage: what the writer wrote, lists in their order, other numbers apart", () => {
  const fields = readMessage(
    serialize([
      ...field.integer(1, 2 ** 40),
      ...field.float(2, 0.5),
      ...field.integer(1, -3),
      ...field.float(2, -8),
      ...field.text(100, "größer"),
      ...field.message(4, [...field.text(1, "inner"), ...field.integer(2, true)]),
      ...field.integers(5, [3, 270]),
    ]),
  );
  assertEquals([fields.integers(1), fields.floats(2), fields.texts(100)], [[2 ** 40, -3], [0.5, -8], ["größer"]]);
  assertEquals(fields.messages(4).map((inner) => [inner.texts(1), inner.integers(2)]), [[["inner"], [1]]]);
  assertEquals(fields.bytes(5), [Uint8Array.of(3, 0x8e, 2)]);
  assertEquals([fields.integers(9), fields.texts(9), fields.messages(9)], [[], [], []]);
});

Deno.test("readMessage: a double is passed over, and bytes that are no message throw", () => {
  assertEquals(readMessage(Uint8Array.of(0x09, ...Array(8).fill(7), 0x10, 5)).integers(2), [5]);
  assertThrows(() => readMessage(Uint8Array.of(0x08, 0x96)), RangeError, "no protobuf integer at byte 1");
  assertThrows(() => readMessage(Uint8Array.of(0x12, 0x07, 0x74)), RangeError, "field 2 ends behind its message");
  assertThrows(() => readMessage(Uint8Array.of(0x0b)), RangeError, "field 1 has the unknown wire type 3");
});
