import "../../tests/cpu.ts";
import * as tf from "@tensorflow/tfjs-core";
import { assertEquals } from "@std/assert";
import { attribute } from "../../ops/native.ts";
import type { ThoraxBackend } from "./backend.ts";
import { dataTypes } from "../ffi/data_type.ts";
import { jit } from "../jit.ts";
import { engineTest } from "../testing.ts";

/** Makes a tensor of bytes, which tfjs sees as int32. */
function bytes(...values: number[]): tf.Tensor {
  const types = [attribute.type("SrcT", dataTypes.int32), attribute.type("DstT", dataTypes.uint8)];
  return (tf.backend() as ThoraxBackend).executeSingleOutput("Cast", types, [tf.tensor1d(values, "int32")]);
}

const integers = (x: tf.Tensor) => [x.dtype, x.dataSync()];

engineTest("bytes are int32 to tfjs: they are read so, and no sum of them wraps at 256", () => {
  const x = bytes(1, 128, 255);
  assertEquals(integers(x), ["int32", Int32Array.of(1, 128, 255)]);
  assertEquals(integers(tf.cast(x, "int32")), ["int32", Int32Array.of(1, 128, 255)]);
  assertEquals(integers(tf.cast(x, "float32")), ["float32", Float32Array.of(1, 128, 255)]);
  assertEquals(integers(tf.add(x, x)), ["int32", Int32Array.of(2, 256, 510)]);
  assertEquals(integers(tf.add(x, tf.scalar(1, "int32"))), ["int32", Int32Array.of(2, 129, 256)]);
  assertEquals(integers(tf.sum(x)), ["int32", Int32Array.of(384)]);
  assertEquals(integers(tf.gather(tf.tensor1d([5, 6]), bytes(1, 0))), ["float32", Float32Array.of(6, 5)]);
});

engineTest("bytes in a compiled function: as an argument and from outside", async () => {
  const outside = bytes(200);
  const sum = jit((x: tf.Tensor) => tf.add(tf.add(x, x), outside));
  assertEquals(integers(await sum(bytes(1, 255))), ["int32", Int32Array.of(202, 710)]);
});

engineTest("tfjs-node's image functions: a picture goes through each format and back", async () => {
  const node = await import("@tensorflow/tfjs-node-gpu/dist/image.js");
  const picture = tf.tensor3d([0, 50, 100, 150, 200, 250], [1, 2, 3], "int32");
  const png = await node.encodePng(picture);
  assertEquals(integers(node.decodePng(png)), integers(picture));
  assertEquals(integers(node.decodeImage(png)), integers(picture));
  const gray = node.decodeJpeg(await node.encodeJpeg(tf.fill([8, 8, 1], 77, "int32") as tf.Tensor3D, "grayscale"));
  assertEquals([gray.shape, gray.dataSync()[0]], [[8, 8, 1], 77]);
});
