/** For tests: models built as the registry's are, of one gray image each and three classes, that take a step in milliseconds. */
import { batchNorm } from "../dsl/layers/batch_norm.ts";
import { compile, type Model } from "../dsl/compile/compile.ts";
import { conv } from "../dsl/layers/conv.ts";
import { dense } from "../dsl/layers/dense.ts";
import { dropout } from "../dsl/layers/dropout.ts";
import { flatten } from "../dsl/layers/flatten.ts";
import { globalPool } from "../dsl/layers/global_pool.ts";
import { pool } from "../dsl/layers/pool.ts";
import { relu } from "../dsl/layers/activations.ts";
import { residual } from "../dsl/combinators/residual.ts";
import { stack } from "../dsl/combinators/stack.ts";

const unit = (filters: number, kernel: number, stride = 1) =>
  stack({
    conv: conv(filters, kernel, { stride, padding: (kernel - 1) / 2, bias: false }),
    bn: batchNorm(),
  });

const body = (filters: number, stride: number) => stack([unit(filters, 3, stride), relu(), unit(filters, 3)]);

/** A ResNet of two blocks, the second with a projection, and dropout, for `size`². */
export function smallResNet(size: number): Model {
  const spec = stack({
    stem: stack([unit(8, 7, 2), relu(), pool(3, { stride: 2, padding: 1 })]),
    layer1: stack([residual(body(8, 1)), relu()]),
    layer2: stack([residual(body(16, 2), { shortcut: unit(16, 1, 2) }), relu()]),
    avgpool: globalPool(),
    dropout: dropout(0.3),
    fc: dense(3),
  });
  return compile(spec, { input: [size, size, 1] });
}

/** A VGG of two convolutions and three dense layers, the first of 2²⁰ weights, which are updated in one compiled pass; for 32². */
export function smallVgg(): Model {
  const convRelu = (filters: number) => stack([conv(filters, 3, { padding: 1 }), relu(), pool(2)]);
  const drop = (units: number) => stack([dense(units), relu(), dropout(0.5)]);
  const spec = stack({
    features: stack([convRelu(8), convRelu(16)]),
    flatten: flatten(),
    classifier: stack([drop(1024), drop(64), dense(3)]),
  });
  return compile(spec, { input: [32, 32, 1] });
}
