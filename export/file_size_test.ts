import { assertThrows } from "@std/assert";
import { UserError } from "../errors.ts";
import type { Message } from "../formats/protobuf/writer.ts";
import { checkSize } from "./file_size.ts";

Deno.test("protobuf: a message of 2 GiB is refused before it is made", () => {
  const message = (byteLength: number): Message => [{ byteLength, read: () => new Uint8Array() }];
  checkSize(message(2 ** 31 - 1), "a.onnx");
  assertThrows(
    () => checkSize(message(2 ** 31), "a.onnx"),
    UserError,
    "a.onnx would have 2.1 GB, and this format has less than 2 GiB in a file. Export the weights with --format safetensors, or",
  );
});
