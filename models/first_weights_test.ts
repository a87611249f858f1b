import "../tests/cpu.ts";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { compile, firstValue } from "../dsl/compile/compile.ts";
import { leaves } from "../dsl/compile/tree.ts";
import { buildModel } from "./registry.ts";

/** A published distribution: a standard deviation, the bound of a uniform distribution, or one value. */
type Published = { readonly std: number } | { readonly bound: number } | { readonly value: number };

const kaiming = (fan: number): Published => ({ std: Math.sqrt(2 / fan) });
const uniform = (fanIn: number): Published => ({ bound: 1 / Math.sqrt(fanIn) });
const zero: Published = { value: 0 };
const truncated: Published = { std: 0.02 };

/**
 * First weights of each family, by the initialization in its own code: torchvision 0.28's, and timm 1.0's of vision
 * transformers. Images have one channel, and there are 15 classes.
 */
const rows: Readonly<Record<string, Readonly<Record<string, Published>>>> = {
  // no initialization of its own: PyTorch's, U(±1/√fanIn) for kernels and biases
  alexnet: {
    "features/0/kernel": uniform(11 * 11),
    "features/0/bias": uniform(11 * 11),
    "features/3/kernel": uniform(64 * 5 * 5),
    "features/3/bias": uniform(64 * 5 * 5),
    "classifier/1/bias": uniform(256 * 6 * 6),
    "classifier/6/kernel": uniform(4096),
  },
  // kaiming_normal_(mode="fan_out") and 0; normal_(0, 0.01) and 0
  vgg11: {
    "features/3/kernel": kaiming(9 * 128),
    "features/3/bias": zero,
    "classifier/6/kernel": { std: 0.01 },
    "classifier/6/bias": zero,
  },
  vgg11_bn: { "features/4/kernel": kaiming(9 * 128), "features/4/bias": zero, "features/1/scale": { value: 1 } },
  // kaiming_normal_(mode="fan_out"); the last layer is PyTorch's
  resnet18: {
    "conv1/kernel": kaiming(49 * 64),
    "layer2/0/block/body/conv1/kernel": kaiming(9 * 128),
    "layer2/0/block/shortcut/conv/kernel": kaiming(128),
    "bn1/scale": { value: 1 },
    "bn1/offset": zero,
    "fc/kernel": uniform(512),
    "fc/bias": uniform(512),
  },
  // kaiming_normal_ by fan-in, and 0 for the last bias
  densenet121: {
    "features/conv0/kernel": kaiming(49),
    "features/denseblock1/denselayer2/body/conv1/kernel": kaiming(96),
    "features/denseblock1/denselayer2/body/conv2/kernel": kaiming(9 * 128),
    "features/transition1/conv/kernel": kaiming(256),
    "classifier/kernel": uniform(1024),
    "classifier/bias": zero,
  },
  // kaiming_normal_(mode="fan_out"), fan-out of a depthwise filter being that of all channels; normal_(0, 0.01) and 0
  mobilenet_v3_small: {
    "features/0/0/kernel": kaiming(9 * 16),
    "features/4/block/1/0/kernel": kaiming(25 * 96),
    "features/4/block/2/gate/fc1/kernel": kaiming(24),
    "features/4/block/2/gate/fc1/bias": zero,
    "classifier/0/kernel": { std: 0.01 },
    "classifier/3/bias": zero,
  },
  // kaiming_normal_(mode="fan_out"); U(±1/√classes) and 0
  efficientnet_b0: {
    "features/0/0/kernel": kaiming(9 * 32),
    "features/2/0/block/1/0/kernel": kaiming(9 * 96),
    "classifier/1/kernel": { bound: 1 / Math.sqrt(15) },
    "classifier/1/bias": zero,
  },
  // trunc_normal_(std=0.02) and 0; layer_scale=1e-6
  convnext_tiny: {
    "features/0/0/kernel": truncated,
    "features/0/0/bias": zero,
    "features/1/0/body/block/depthwise/kernel": truncated,
    "features/1/0/body/block/expand/kernel": truncated,
    "features/1/0/body/block/expand/bias": zero,
    "features/1/0/body/layer_scale/scale": { value: 1e-6 },
    "features/2/1/kernel": truncated,
    "classifier/fc/kernel": truncated,
    "classifier/fc/bias": zero,
  },
  // init_weights_vit_timm: trunc_normal_(std=0.02) and 0; the class token by normal_(std=1e-6); the patches are PyTorch's
  vit_tiny_patch16_224: {
    "patch_embed/kernel": uniform(256),
    "patch_embed/bias": uniform(256),
    "tokens/classToken": { std: 1e-6 },
    "tokens/positionEmbedding": truncated,
    "blocks/0/attention/body/attn/qkv/kernel": truncated,
    "blocks/0/attention/body/attn/qkv/bias": zero,
    "blocks/11/attention/body/attn/proj/kernel": truncated,
    "blocks/11/feedforward/body/mlp/fc1/kernel": truncated,
    "blocks/11/feedforward/body/mlp/fc2/bias": zero,
    "head/kernel": truncated,
    "head/bias": zero,
  },
  // LayerScale(init_values=1e-5)
  vit_base_patch14_dinov2: { "blocks/0/attention/body/ls1/scale": { value: 1e-5 } },
};

for (const [name, weights] of Object.entries(rows)) {
  Deno.test(`first weights: ${name}'s are the published ones`, () => {
    const { parameters } = compile(buildModel(name, { numClasses: 15 }), { input: [224, 224, 1] });
    for (const [path, published] of Object.entries(weights)) {
      const parameter = parameters.find((parameter) => parameter.path === path);
      assert(parameter, `there is no ${path}`);
      const tensor = firstValue(parameter, 1), values = tensor.dataSync<"float32">();
      tensor.dispose();
      assertDrawn(values, published, path);
    }
  });
}

/** Asserts that values come from a distribution: their mean and deviation within five standard errors, and their largest. */
function assertDrawn(values: Float32Array, published: Published, what: string): void {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0), count = values.length;
  if ("value" in published) {
    assert(values.every((value) => value === Math.fround(published.value)), `${what} is not ${published.value}`);
    return;
  }
  const std = "std" in published ? published.std : published.bound / Math.sqrt(3);
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / count);
  assertAlmostEquals(mean / std, 0, 5 / Math.sqrt(count), `mean of ${what}`);
  assertAlmostEquals(deviation / std, 1, 5 / Math.sqrt(2 * count), `standard deviation of ${what}`);
  if ("bound" in published) {
    assert(largest <= published.bound * (1 + 2 ** -23), `${what}: ${largest} is more than ${published.bound}`);
  } else if (count > 1000) {
    assert(largest > 2.5 * std, `${what} is not normal: its largest value is ${largest / std} standard deviations`);
  }
}

Deno.test("first weights: those of two seeds differ, and those of one do not", () => {
  const { parameters } = compile(buildModel("resnet18", { numClasses: 15 }), { input: [64, 64, 1] });
  const [a, again, b] = [1, 1, 2].map((seed) => firstValue(parameters[0], seed).dataSync());
  assertEquals(a, again);
  assert(a.every((value, i) => value !== b[i]));
});

/** The rate of stochastic depth of each residual block, in order; 0 where there is none. */
function depthRates(name: string, isBlock: (path: string) => boolean): number[] {
  const { tree } = compile(buildModel(name, { numClasses: 15 }), { input: [224, 224, 1] });
  const rates = new Map<string, number>();
  for (const { path, type, spec } of leaves(tree)) {
    const [block] = path.match(/^features\/\d+\/\d+/) ?? [""];
    if (!isBlock(block)) continue;
    rates.set(block, type === "stochasticDepth" && "rate" in spec ? Number(spec.rate) : rates.get(block) ?? 0);
  }
  return [...rates.values()];
}

Deno.test("stochastic depth: ConvNeXt's rates grow linearly to 0.1 at the last of 18 blocks", () => {
  const rates = depthRates("convnext_tiny", (path) => /^features\/[1357]\//.test(path));
  assertEquals(rates.length, 18);
  rates.forEach((rate, i) => assertAlmostEquals(rate, 0.1 * i / 17, 1e-12));
});

Deno.test("stochastic depth: EfficientNet's rates grow by 0.2 / 16 a block, where x passes around it", () => {
  const rates = depthRates("efficientnet_b0", (path) => /^features\/[1-7]\//.test(path));
  const first = [0, 1, 3, 5, 8, 11, 15]; // the first block of a stage changes the shape, and so has no shortcut
  assertEquals(rates.length, 16);
  rates.forEach((rate, i) => assertAlmostEquals(rate, first.includes(i) ? 0 : 0.2 * i / 16, 1e-12, `block ${i}`));
});
