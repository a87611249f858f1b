import * as tf from "@tensorflow/tfjs-core";
import type { Scalar, Tensor } from "@tensorflow/tfjs-core";
import { assert, assertEquals } from "@std/assert";
import { eachWay, waves } from "../../ops/testing.ts";
import { batchNorm } from "../layers/batch_norm.ts";
import { compile } from "./compile.ts";
import { concat } from "../combinators/concat.ts";
import { conv } from "../layers/conv.ts";
import { dense } from "../layers/dense.ts";
import { dropout } from "../layers/dropout.ts";
import { globalPool } from "../layers/global_pool.ts";
import { pool } from "../layers/pool.ts";
import { relu } from "../layers/activations.ts";
import { inSegments } from "./remat.ts";
import { repeat } from "../combinators/repeat.ts";
import { residual } from "../combinators/residual.ts";
import type { Shape } from "../shape.ts";
import type { Spec } from "../spec.ts";
import { stack } from "../combinators/stack.ts";
import { waveWeights } from "../testing.ts";
import type { Tree } from "./tree.ts";

const bare = (filters: number, stride = 1) => conv(filters, 3, { padding: 1, bias: false, stride });
const block = (filters: number) =>
  stack({
    block: residual(stack([bare(filters), batchNorm(), relu(), dropout(0.5), bare(filters), batchNorm()])),
    relu: relu(),
  });
const network = stack({
  stem: stack([bare(8, 2), batchNorm(), relu()]),
  blocks: repeat(3, block(8)),
  pool: globalPool(),
  drop: dropout(0.25),
  head: dense(3),
});

/** The places of each segment's parts, and of what is left. */
function segmentsOf(spec: Spec, input: Shape): string[] {
  const childrenOf = (tree: Tree) => "layer" in tree ? [] : [...tree.children.values()];
  return childrenOf(inSegments(compile(spec, { input }).tree)).map((part) =>
    "layer" in part || !part.isSegment ? part.path : childrenOf(part).map(({ path }) => path).join(" + ")
  );
}

Deno.test("inSegments: a block each where blocks repeat, through stacks in stacks; the end is left", () => {
  assertEquals(segmentsOf(network, [16, 16, 1]), [
    "stem/0 + stem/1 + stem/2 + blocks/0/block + blocks/0/relu",
    "blocks/1/block + blocks/1/relu",
    "blocks/2/block + blocks/2/relu + pool + drop",
    "head",
  ]);
});

Deno.test("inSegments: layers without blocks are parted where what goes on is small", () => {
  const unit = (filters: number) => [conv(filters, 3, { padding: 1 }), relu()];
  const spec = stack([...unit(8), ...unit(8), pool(2), ...unit(16), ...unit(16), pool(2), ...unit(16), globalPool()]);
  assertEquals(segmentsOf(spec, [32, 32, 1]), ["0 + 1 + 2 + 3 + 4", "5 + 6 + 7 + 8 + 9", "10", "11", "12"]);
});

Deno.test("inSegments: what branches is one part; a model of one segment stays as it is", () => {
  const tower = repeat(9, stack([bare(4), relu()]));
  for (const spec of [concat([tower, tower]), bare(4), stack([])]) {
    const { tree } = compile(spec, { input: [8, 8, 4] });
    assert(inSegments(tree) === tree);
  }
});

const model = compile(network, { input: [16, 16, 1] });
const paths = model.parameters.map(({ path }) => path);
const trainable = model.parameters.filter((parameter) => parameter.trainable).map(({ path }) => path);

/** Weights, a batch and a seed, as a list. */
const given = (): Tensor[] => {
  const weights = { ...waveWeights(model), ...model.init(1) };
  return [...paths.map((path) => weights[path]), waves([2, 16, 16, 1]), tf.tensor1d([1, 2], "int32")];
};

/** The loss of such a list, the gradients of what is trained, and the new statistics. `loss` is of the outputs. */
const step =
  (remat: boolean, loss = (y: Tensor): Scalar => tf.mean(tf.square(y))) => (...given: Tensor[]): Tensor[] => {
    const weights = Object.fromEntries(paths.map((path, i) => [path, given[i]]));
    const [x, seed] = given.slice(paths.length);
    const kept: Tensor[] = [];
    const { value, grads } = tf.valueAndGrads((...values) => {
      const trained = Object.fromEntries(values.map((value, i) => [trainable[i], value]));
      const mode = { training: true, seed: seed as tf.Tensor1D, remat };
      const { output, state } = model.apply({ ...weights, ...trained }, x, mode);
      kept.push(...Object.values(state).map((value) => tf.keep(value)));
      return loss(output);
    })(trainable.map((path) => weights[path]));
    const statistics = kept.map((tensor) => tensor.clone());
    tf.dispose(kept);
    return [value, ...grads, ...statistics];
  };

eachWay("apply: with remat the loss, the gradients and the statistics are the same bit for bit", async (run) => {
  const [plain, again] = [await run(step(false), ...given()), await run(step(true), ...given())];
  assertEquals(plain.length, 1 + paths.length);
  assertEquals(again.map((tensor) => tensor.dataSync()), plain.map((tensor) => tensor.dataSync()));
});

eachWay("apply: with remat no tensor is left either", async (run) => {
  const tensors = given(), before = tf.memory().numTensors;
  const forward = (...given: Tensor[]) => {
    const weights = Object.fromEntries(paths.map((path, i) => [path, given[i]]));
    const [x, seed] = given.slice(paths.length);
    return model.apply(weights, x, { training: true, seed: seed as tf.Tensor1D, remat: true });
  };
  const { output, state } = await run(forward, ...tensors);
  assertEquals(Object.keys(state), paths.filter((path) => !trainable.includes(path)));
  assertEquals(tf.memory().numTensors - before, 1 + Object.keys(state).length);
  tf.dispose([output, { ...state }]);
  const results = await run(step(true), ...tensors);
  assertEquals(tf.memory().numTensors - before, results.length);
});

Deno.test("apply: with remat the backward pass begins with a fraction of the memory", () => {
  const held = (remat: boolean) => {
    let bytes = 0;
    /** The mean; notes what is allocated when its gradient is asked for. */
    const loss = tf.customGrad((y) => ({
      value: tf.mean(y as Tensor),
      gradFunc: (dy: Tensor) => {
        bytes = tf.memory().numBytes;
        return tf.mul(dy, tf.ones((y as Tensor).shape));
      },
    }));
    const before = tf.memory().numBytes;
    tf.tidy(() => void tf.dispose(step(remat, (y) => loss(y) as Scalar)(...given())));
    return bytes - before;
  };
  const [plain, again] = [held(false), held(true)];
  assert(again < plain / 3, `${again} bytes with remat, ${plain} without`);
});
