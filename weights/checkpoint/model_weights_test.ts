import "../../tests/cpu.ts";
import * as tf from "@tensorflow/tfjs-core";
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { stack } from "../../dsl/combinators/stack.ts";
import { compile } from "../../dsl/compile/compile.ts";
import { classToken } from "../../dsl/layers/class_token.ts";
import { dense } from "../../dsl/layers/dense.ts";
import { patchEmbedding } from "../../dsl/layers/patch_embedding.ts";
import { tokens } from "../../dsl/layers/tokens.ts";
import { UserError } from "../../errors.ts";
import { tinyModel } from "../../tests/tiny.ts";
import { checkFilmSize, readTensors } from "./model_weights.ts";

const { parameters } = tinyModel();

/** A checkpoint in memory that counts what is read. */
function source(shapes: ReadonlyMap<string, readonly number[]>) {
  const read: string[] = [];
  return {
    read,
    file: {
      shapes,
      read: (name: string) => {
        read.push(name);
        return Promise.resolve(new Float32Array((shapes.get(name) ?? []).reduce((a, b) => a * b, 1)).fill(read.length));
      },
    },
  };
}

const whole = new Map(parameters.map(({ path, shape }) => [`weights/${path}`, shape]));

Deno.test("readTensors: every parameter by its path, behind the prefix", async () => {
  const { file, read } = source(whole);
  const weights = await readTensors(file, "a.safetensors", parameters, "weights/");
  assertEquals(read, [...whole.keys()]);
  assertEquals(Object.keys(weights), parameters.map(({ path }) => path));
  assertEquals(weights["head/bias"].shape, [3]);
  assertEquals([...weights["conv/kernel"].dataSync()], Array(36).fill(1));
});

Deno.test("readTensors: what is missing or misshapen is listed, and nothing is read", async () => {
  const { file, read } = source(new Map([...[...whole].slice(1), ["weights/head/bias", [4]]]));
  const before = tf.memory().numTensors;
  await assertRejects(
    () => readTensors(file, "a.safetensors", parameters, "weights/"),
    UserError,
    "a.safetensors does not fit the model: conv/kernel is missing; head/bias is [4], and the model has [3]. " +
      "Name the model that it was trained as, with the same labels",
  );
  assertEquals([read.length, tf.memory().numTensors], [0, before]);
});

Deno.test("readTensors: a position embedding for images of another size is told as what it is", async () => {
  const spec = stack({ patches: patchEmbedding(2, 4), tokens: tokens(), pool: classToken(), head: dense(1) });
  const of = (size: number) => compile(spec, { input: [size, size, 1] }).parameters;
  const shapes = new Map(of(16).map(({ path, shape }) => [path, shape]));
  const resized =
    "a.safetensors does not fit the model: tokens/positionEmbedding is [17,2], and the model has [5,2]. " +
    "It was trained on images of another size: give that --img-size, or take it by --weights, which resizes the embedding";
  await assertRejects(() => readTensors(source(shapes).file, "a.safetensors", of(8)), UserError, resized);
  shapes.delete("head/bias");
  await assertRejects(() => readTensors(source(shapes).file, "a.safetensors", of(8)), UserError, "Name the model that");
});

Deno.test("checkFilmSize: the model of films of another size is told from another model", () => {
  const input = [64, 64, 1], grid = "tokens/positionEmbedding";
  const parameter = (path: string, shape: readonly number[]) => ({ ...parameters[0], path, shape });
  const model = { input, parameters: [parameter(grid, [17, 8]), parameter("head/kernel", [8, 3])] };
  const check = (side: number, shapes: Readonly<Record<string, readonly number[]>>) =>
    checkFilmSize({ input: [side, side, 1], shapes: new Map(Object.entries(shapes)) }, "a.safetensors", model);
  assertThrows(
    () => check(96, { [grid]: [37, 8], "head/kernel": [8, 3] }),
    UserError,
    "a.safetensors is of 96×96 films, and --img-size is 64. Give --img-size 96, or --weights a.safetensors, which resizes it",
  );
  assertThrows(
    () => check(96, { [grid]: [17, 8], "head/kernel": [18, 3] }),
    UserError,
    "Give --img-size 96",
  );
  check(96, { [grid]: [17, 8], "head/kernel": [8, 3] }); // a model for any size
  check(64, { [grid]: [37, 8], "head/kernel": [8, 3] });
  check(96, { [grid]: [37, 8] }); // another model
});

Deno.test("readTensors: of many faults three are named and the rest counted", async () => {
  await assertRejects(
    () => readTensors(source(new Map()).file, "a.safetensors", parameters),
    UserError,
    `; and ${parameters.length - 3} more. Name`,
  );
});

Deno.test("readTensors: NaN, infinity and a running variance below 0 are named, and nothing is left allocated", async () => {
  const before = tf.memory().numTensors;
  const rows: [path: string, value: number, message: string][] = [
    ["conv/kernel", NaN, "holds NaN, at 1 of 36"],
    ["head/bias", -Infinity, "holds -Infinity, at 1 of 3"],
    ["bn/variance", -1, "holds a variance of -1, at 1 of 4"],
  ];
  for (const [path, value, message] of rows) {
    const { file } = source(whole), name = `weights/${path}`;
    const read = async (other: string) => {
      const values = await file.read(other);
      return other === name ? values.fill(value, 1, 2) : values;
    };
    const reading = () => readTensors({ ...file, read }, "a.safetensors", parameters, "weights/");
    await assertRejects(reading, UserError, `a.safetensors: tensor "${name}" ${message}`);
  }
  assertEquals(tf.memory().numTensors, before);
});
