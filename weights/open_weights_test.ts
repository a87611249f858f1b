import { assertEquals } from "@std/assert";
import { needs } from "../tests/needs.ts";
import { temporaryFolder } from "../tests/temporary_folder.ts";
import { openWeights } from "./open_weights.ts";

Deno.test("openWeights: a safetensors file whose length begins as a pickle does", needs("read", "write"), async () => {
  using folder = temporaryFolder();
  const path = folder.file("w.safetensors");
  const header = '{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'.padEnd(0x0280);
  const bytes = new Uint8Array(8 + header.length + 4);
  new DataView(bytes.buffer).setBigUint64(0, 0x0280n, true);
  bytes.set(new TextEncoder().encode(header), 8);
  Deno.writeFileSync(path, bytes);
  using file = await openWeights(path);
  assertEquals([file.format, await file.read("w")], ["safetensors", Float32Array.of(0)]);
});
