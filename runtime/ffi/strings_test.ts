import "../../tests/cpu.ts";
import * as tf from "@tensorflow/tfjs-core";
import { assert, assertEquals } from "@std/assert";
import { useEngine } from "../../tests/engine.ts";
import { needs } from "../../tests/needs.ts";
import type { ThoraxBackend } from "../backend/backend.ts";
import { jit } from "../jit.ts";
import { newStrings, readStrings } from "./strings.ts";

const native = needs("read", "ffi", "env", "run");
const bytes = (text: string) => new TextEncoder().encode(text);
/** A short string is stored in TensorFlow's element; from 23 bytes on it has memory of its own. */
const texts = ["", "a", "22 bytes are inside it", "23 bytes are outside it", "naïve 日本語", "long ".repeat(1000)];

/** Writes strings to the engine and reads them back. */
function roundTrip(shape: number[], values: Uint8Array[]): Uint8Array[] {
  const { engine: { tensorflow, context } } = tf.backend() as ThoraxBackend;
  const handle = newStrings(tensorflow, context, shape, values);
  assertEquals([handle.shape, handle.dtype], [shape, 7]);
  try {
    return readStrings(tensorflow, handle);
  } finally {
    tensorflow.c.TFE_DeleteTensorHandle(handle.pointer);
  }
}

Deno.test("strings: of every length, in every shape, and bytes that are no text", native, async () => {
  await useEngine();
  for (const shape of [[6], [2, 3], [1, 3, 2]]) {
    assertEquals(roundTrip(shape, texts.map(bytes)).map((value) => new TextDecoder().decode(value)), texts);
  }
  assertEquals(roundTrip([], [bytes("alone")]), [bytes("alone")]);
  assertEquals(roundTrip([0], []), []);
  const raw = Uint8Array.of(0, 255, 0, 128);
  assertEquals(roundTrip([2], [raw, raw.subarray(1, 3)]), [raw, Uint8Array.of(255, 0)]);
});

Deno.test("strings: ops take and give them", native, async () => {
  await useEngine();
  tf.tidy(() => {
    const words = tf.tensor2d([["a", "long ".repeat(10)], ["naïve", ""]]);
    const columns = tf.concat([tf.slice(words, [0, 1], [2, 1]), tf.slice(words, [0, 0], [2, 1])], 1);
    assertEquals(columns.dataSync<"string">() as unknown as string[], ["long ".repeat(10), "a", "", "naïve"]);
    assertEquals([...tf.equal(words, tf.scalar("naïve")).dataSync()], [0, 0, 1, 0]);
    const swapped = tf.string.staticRegexReplace(tf.tensor1d(["x-ray", "x x"]), "x", "X", true);
    assertEquals(swapped.dataSync<"string">() as unknown as string[], ["X-ray", "X X"]);
  });
});

Deno.test("strings: a traced function takes, holds and gives them", native, async () => {
  await useEngine();
  const join = jit((words: tf.Tensor1D) => tf.concat([words, tf.tensor1d(["a constant of more than 22 bytes"])]));
  const words = tf.tensor1d(["a", "b"]), joined = await join(words);
  assertEquals(await joined.data<"string">() as unknown as string[], ["a", "b", "a constant of more than 22 bytes"]);
  tf.dispose([words, joined]);
});

Deno.test("strings: the memory of those made and dropped is freed", native, async () => {
  await useEngine();
  const { engine: { tensorflow, context } } = tf.backend() as ThoraxBackend;
  const values = Array.from({ length: 8 }, () => new Uint8Array(1 << 20).fill(1));
  const once = () => tensorflow.c.TFE_DeleteTensorHandle(newStrings(tensorflow, context, [8], values).pointer);
  once();
  const before = Deno.memoryUsage().rss;
  for (let i = 0; i < 60; i++) once();
  const more = (Deno.memoryUsage().rss - before) / 2 ** 20;
  assert(more < 240, `${more} MB more after 480 MB of strings`);
});
