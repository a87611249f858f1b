import { assertEquals, assertRejects } from "@std/assert";
import { UserError } from "../../errors.ts";
import { needs } from "../../tests/needs.ts";
import type { StoredTensor } from "../dtype.ts";
import { readSafetensors, writeSafetensors } from "./safetensors.ts";
import { temporaryFolder } from "../../tests/temporary_folder.ts";

/** A hand-built file: `{"x":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]}}` and the numbers 1 and −2. */
const known = Uint8Array.from([
  56,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  ...new TextEncoder().encode('{"x":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]}}'),
  0x00,
  0x00,
  0x80,
  0x3f,
  0x00,
  0x00,
  0x00,
  0xc0,
]);
const x: StoredTensor = { name: "x", dtype: "F32", shape: [2, 1], data: () => Float32Array.of(1, -2) };

Deno.test("safetensors: a known file byte for byte, written and read", needs("read", "write"), async () => {
  using folder = temporaryFolder();
  const path = folder.file("known.safetensors");
  await writeSafetensors(path, [x]);
  assertEquals(Deno.readFileSync(path), known);
  using file = await readSafetensors(path);
  assertEquals([file.tensors.get("x")?.shape, await file.read("x")], [[2, 1], Float32Array.of(1, -2)]);
});

Deno.test("safetensors: every dtype comes back, views and empty tensors too", needs("read", "write"), async () => {
  using folder = temporaryFolder();
  const path = folder.file("all.safetensors");
  const view = Float32Array.from({ length: 10 }, (_, i) => i / 7).subarray(3, 9);
  const tensors: StoredTensor[] = [
    { name: "bool", dtype: "BOOL", shape: [3], data: () => Uint8Array.of(0, 1, 1) },
    { name: "u8", dtype: "U8", shape: [1], data: () => Uint8Array.of(255) },
    { name: "i8", dtype: "I8", shape: [1], data: () => Int8Array.of(-128) },
    { name: "i16", dtype: "I16", shape: [1], data: () => Int16Array.of(-300) },
    { name: "u16", dtype: "U16", shape: [1], data: () => Uint16Array.of(65535) },
    { name: "f16", dtype: "F16", shape: [1], data: () => Float16Array.of(-0.5) },
    { name: "bf16", dtype: "BF16", shape: [1], data: () => Uint16Array.of(0x3f80) },
    { name: "u32", dtype: "U32", shape: [1], data: () => Uint32Array.of(2 ** 32 - 1) },
    { name: "i32", dtype: "I32", shape: [2], data: () => Int32Array.of(-(2 ** 31), 42) },
    { name: "view/kernel", dtype: "F32", shape: [2, 3], data: () => Promise.resolve(view) },
    { name: "empty", dtype: "F32", shape: [4, 0], data: () => new Float32Array(0) },
    { name: "u64", dtype: "U64", shape: [1], data: () => BigUint64Array.of(2n ** 64n - 1n) },
    { name: "i64", dtype: "I64", shape: [], data: () => BigInt64Array.of(-5n) },
    { name: "f64", dtype: "F64", shape: [1], data: () => Float64Array.of(Math.PI) },
  ];
  await writeSafetensors(path, tensors, { note: "ünïcode\n" });
  using file = await readSafetensors(path);
  assertEquals(file.metadata, { note: "ünïcode\n" });
  // All at once: the reads share one file and must not disturb each other.
  const read = await Promise.all(tensors.map(({ name }) => file.readStored(name)));
  for (const [i, { name, dtype, shape, data }] of tensors.entries()) {
    assertEquals(read[i], await data(), name);
    const entry = file.tensors.get(name);
    assertEquals([entry?.dtype, entry?.shape], [dtype, shape]);
    assertEquals(entry && entry.begin % read[i].BYTES_PER_ELEMENT, 0, `${name} is aligned`);
  }
  assertEquals(await file.read("bf16"), Float32Array.of(1));
  await assertRejects(() => file.read("i64"), UserError, 'tensor "i64" holds integers (I64)');
  await assertRejects(() => file.read("view/kernle"), UserError, "did you mean view/kernel?");
});

Deno.test("safetensors: one tensor is asked for at a time, in the file's order", needs("read", "write"), async () => {
  using folder = temporaryFolder();
  const path = folder.file("order.safetensors");
  const calls: string[] = [];
  const tensor = (name: string): StoredTensor => ({
    name,
    dtype: "F32",
    shape: [1],
    data: async () => {
      calls.push(`${name} asked`);
      await Promise.resolve();
      calls.push(`${name} given`);
      return Float32Array.of(1);
    },
  });
  await writeSafetensors(path, [tensor("b"), tensor("a")]);
  assertEquals(calls, ["b asked", "b given", "a asked", "a given"]);
});

Deno.test("safetensors: a tensor that breaks its word leaves the old file alone", needs("read", "write"), async () => {
  using folder = temporaryFolder();
  const path = folder.file("model.safetensors");
  await writeSafetensors(path, [x]);
  const short: StoredTensor = { ...x, name: "y", data: () => Float32Array.of(1) } as StoredTensor;
  await assertRejects(() => writeSafetensors(path, [x, short]), TypeError, '"y": F32 [2,1] wants 2 values');
  const wrong = { ...x, data: () => Int32Array.of(1, 2) } as unknown as StoredTensor;
  await assertRejects(() => writeSafetensors(path, [wrong]), TypeError, "got 2 in a Int32Array");
  assertEquals([Deno.readFileSync(path), folder.names()], [known, ["model.safetensors"]]);
});

Deno.test("safetensors: what is no such file gets one line, exit status 2", needs("read", "write"), async () => {
  using folder = temporaryFolder();
  const withLength = (length: bigint, rest = known.subarray(8)) => {
    const bytes = new Uint8Array(8 + rest.length);
    new DataView(bytes.buffer).setBigUint64(0, length, true);
    bytes.set(rest, 8);
    return bytes;
  };
  const hostile: [string, Uint8Array, string][] = [
    ["empty", new Uint8Array(0), "is not a safetensors file: it is only 0 bytes long"],
    ["short", known.subarray(0, 5), "is not a safetensors file: it is only 5 bytes long"],
    ["text", new TextEncoder().encode("epoch,step,split"), "is not a safetensors file"],
    ["torch.pt", Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0, 0, 0, 0, 0), "looks like a ZIP archive or a PyTorch file"],
    ["cut-header", known.subarray(0, 40), "is truncated: its header is 56 bytes long, the whole file 40"],
    ["cut-data", known.subarray(0, 70), "is truncated: its header promises 8 bytes of data, and there are 6"],
    ["long", Uint8Array.of(...known, 0), "1 bytes after its last tensor belong to no tensor"],
    ["huge-header", withLength(100_000_001n), "a header of 100000001 bytes is past the format's limit"],
    ["negative-header", withLength(2n ** 64n - 8n), "past the format's limit"],
    ["no-header", withLength(0n), "its header is not a JSON object"],
  ];
  for (const [name, bytes, message] of hostile) {
    const path = folder.file(name);
    Deno.writeFileSync(path, bytes);
    const error = await assertRejects(() => readSafetensors(path), UserError, message);
    assertEquals([error.message.startsWith(path), error.message.includes("\n"), error.exitStatus], [true, false, 2]);
  }
  await assertRejects(() => readSafetensors(folder.path), UserError, "is not a file");
  const none = folder.file("none");
  const error = await assertRejects(() => readSafetensors(none), UserError);
  assertEquals(error.message, `cannot read ${none}: No such file or directory`);
});

Deno.test("safetensors: a file cut while it is open is noticed", needs("read", "write"), async () => {
  using folder = temporaryFolder();
  const path = folder.file("cut.safetensors");
  await writeSafetensors(path, [x]);
  using file = await readSafetensors(path);
  Deno.truncateSync(path, 66);
  await assertRejects(() => file.read("x"), UserError, "became shorter while it was read");
});
