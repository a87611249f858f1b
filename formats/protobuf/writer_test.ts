import { assertEquals } from "@std/assert";
import { field, type Message, sizeOf, writeMessage } from "./writer.ts";

async function bytesOf(message: Message): Promise<number[]> {
  const written: number[] = [];
  await writeMessage(message, (bytes) => Promise.resolve(void written.push(...bytes)));
  assertEquals(written.length, sizeOf(message));
  return written;
}

Deno.test("protobuf: the encoding guide's own examples", async () => {
  assertEquals(await bytesOf(field.integer(1, 150)), [0x08, 0x96, 0x01]);
  assertEquals(await bytesOf(field.text(2, "testing")), [0x12, 0x07, ...new TextEncoder().encode("testing")]);
  assertEquals(await bytesOf(field.message(3, field.integer(1, 150))), [0x1a, 0x03, 0x08, 0x96, 0x01]);
  const packed = [0x32, 0x06, 0x03, 0x8e, 0x02, 0x9e, 0xa7, 0x05];
  assertEquals(await bytesOf(field.integers(6, [3, 270, 86942])), packed);
  assertEquals(await bytesOf(field.integer(1, -2)), [0x08, 0xfe, ...Array(8).fill(0xff), 0x01]);
  assertEquals(await bytesOf(field.float(2, 1)), [0x15, 0, 0, 0x80, 0x3f]);
});

Deno.test("protobuf: short pieces and long ones stay in their order", async () => {
  const pieces = [1, 70_000, 3, 65_536, 2].map((length, i) => new Uint8Array(length).fill(i));
  const lazy = pieces.map((bytes, i) => i % 2 === 0 ? bytes : { byteLength: bytes.length, read: () => bytes });
  assertEquals(await bytesOf(lazy), pieces.flatMap((bytes) => [...bytes]));
});
