import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { compile } from "../dsl/compile/compile.ts";
import { concat } from "../dsl/combinators/concat.ts";
import { dense } from "../dsl/layers/dense.ts";
import { dropout } from "../dsl/layers/dropout.ts";
import { flatten } from "../dsl/layers/flatten.ts";
import { relu } from "../dsl/layers/activations.ts";
import { stack } from "../dsl/combinators/stack.ts";
import { UserError } from "../errors.ts";
import { compilePrediction } from "../evaluate/predict.ts";
import { buildModel } from "../models/registry.ts";
import { countTraces } from "../tests/count_traces.ts";
import { useEngine } from "../tests/engine.ts";
import { needs } from "../tests/needs.ts";
import { temporaryFolder } from "../tests/temporary_folder.ts";
import { linearModel, tinyModel } from "../tests/tiny.ts";
import { fitTiny, rowsOf, tinyState, tinyTraining } from "../tests/tiny_training.ts";
import { openCheckpoint } from "../weights/checkpoint/checkpoint.ts";
import { featureBatches } from "./features.ts";
import { fineTune, type FineTuneOptions } from "./fine_tuning.ts";
import { loadState } from "./state_file.ts";

const native = needs("ffi", "env", "read", "run", "write");

const tune = (given: Partial<FineTuneOptions>, model = tinyModel(), name = "tiny.ts") =>
  fineTune({ learningRate: 5e-5, from: { weights: "tiny.pth" }, ...given }, name, model);
const trainedOf = ({ model }: ReturnType<typeof fineTune>) =>
  model.parameters.filter(({ trainable }) => trainable).map(({ path }) => path);
const refused = (given: Partial<FineTuneOptions>, message: string, model = tinyModel()) =>
  assertEquals(assertThrows(() => tune(given, model), UserError).message, message);

Deno.test("fineTune: --freeze and --head-only leave the rest to be trained, and a line says how much that is", () => {
  const whole = tinyModel();
  assertEquals([tune({}, whole).model, tune({}, whole).note], [whole, undefined]);
  const frozen = tune({ freeze: "conv" });
  assertEquals(trainedOf(frozen), ["bn/scale", "bn/offset", "head/kernel", "head/bias"]);
  assertEquals(frozen.note, "23 of 59 parameters are trained; the others stay as they come");
  assertEquals(trainedOf(tune({ freeze: "bn.*,head.bias" })), ["conv/kernel", "head/kernel"]);
  const head = tune({ headOnly: true, from: undefined });
  assertEquals([trainedOf(head), head.head?.rest.input], [["head/kernel", "head/bias"], [4]]);
  assertEquals(
    head.note,
    "15 of 59 parameters are trained; the others stay as they are drawn, since neither --weights nor --ckpt-path brings any",
  );
});

Deno.test("fineTune: the features of --head-only are what the last layer takes, in each family", () => {
  const models = ["alexnet", "vgg16_bn", "resnet18", "densenet121", "mobilenet_v3_small", "efficientnet_b0"];
  const sizes = [...models, "convnext_tiny", "vit_pt"].map((name) => {
    const model = compile(buildModel(name, { numClasses: 15, dropout: 0.5 }), { input: [224, 224, 1] });
    return [name, tune({ headOnly: true }, model).head?.body.output.join()];
  });
  assertEquals(Object.fromEntries(sizes), {
    alexnet: "4096",
    vgg16_bn: "4096",
    resnet18: "512",
    densenet121: "1024",
    mobilenet_v3_small: "1024",
    efficientnet_b0: "1280",
    convnext_tiny: "768",
    vit_pt: "192",
  });
});

Deno.test("fineTune: --lr-for gives multiples of --lr, of several that match the last", () => {
  const { rates } = tune({ learningRate: 0.01, lrFor: "**/kernel=0.1,head=0.001" });
  assertEquals([...rates], [["conv/kernel", 10], ["head/kernel", 0.1], ["head/bias", 0.1]]);
});

Deno.test("fineTune: what matches nothing, or leaves nothing, is refused", () => {
  const there = "There are conv, bn, head; one path is bn/offset";
  refused({ freeze: "conv,hed" }, `--freeze hed matches no parameter of tiny. ${there}`);
  refused({ freeze: "bn/mean" }, `--freeze bn/mean matches no parameter of tiny. ${there}`);
  refused({ lrFor: "hed=1" }, `--lr-for hed matches no parameter of tiny. ${there}`);
  refused({ lrFor: "conv=1", freeze: "conv" }, "--lr-for conv: nothing of it is trained");
  refused({ lrFor: "bn=1", headOnly: true }, "--lr-for bn: nothing of it is trained");
  refused({ freeze: "conv,bn,head" }, "--freeze conv,bn,head leaves nothing of tiny to train");
  refused({ headOnly: true, freeze: "conv" }, "--head-only freezes all but the last layer. Leave --freeze out");
  const heads = compile(stack({ flatten: flatten(), heads: concat([dense(1), dense(2)]) }), { input: [8, 8, 1] });
  for (const model of [linearModel(), heads]) {
    refused(
      { headOnly: true },
      "--head-only: no part of tiny before the one with its last layer has weights. " +
        "Leave it out, or name what is to be kept with --freeze",
      model,
    );
  }
});

/** A run from the same weights, on features or through the frozen network. */
async function run(folder: string, model = tinyModel(), { headOnly, freeze }: Partial<FineTuneOptions> = {}) {
  const { model: frozen, rates, head } = tune({ headOnly, freeze }, model);
  const { model: counted, traces } = countTraces(head?.rest ?? frozen);
  await using training = tinyTraining(folder, { epochs: 4, splitType: "balanced", model: frozen });
  const state = tinyState(training);
  using body = head && compilePrediction(head.body, state.tensors.weights);
  const films: number[] = [];
  const batches = head && body && featureBatches({
    ...training.batches,
    async *stream(order, options) {
      films.push(...order);
      yield* training.batches.stream(order, options);
    },
  }, body.logits);
  const first = model.init(1);
  const { state: last } = await fitTiny({ ...training, model: counted, rates, ...(batches && { batches }) }, state);
  using best = await openCheckpoint(training.folder.best);
  const losses = rowsOf(training).map(([, , , loss]) => Number(loss));
  return { first, last, films, traces, names: best.names, losses };
}

const dropped = (units: number) => stack([dense(units), relu(), dropout(0.5)]);
const denseModel = compile(stack([flatten(), dropped(16), dropped(8), dense(3)]), { input: [8, 8, 1] });

for (
  const [name, model, body] of [
    ["a batch norm, and dropout before the head", tinyModel(), "conv,bn"],
    ["dense layers with dropout between", denseModel, "1,2"],
  ] as const
) {
  Deno.test(`--head-only: losses and weights as through the frozen network, of ${name}`, native, async () => {
    await useEngine();
    using one = temporaryFolder(), two = temporaryFolder();
    const through = await run(one.path, model, { freeze: body }),
      alone = await run(two.path, model, { headOnly: true });
    assertEquals(through.losses.length, alone.losses.length);
    alone.losses.forEach((loss, i) => assertAlmostEquals(loss, through.losses[i], 1e-6, `row ${i}`));
    const trained = Object.keys(through.last.tensors.slots.means), { first } = alone;
    assertEquals([trained.length, Object.keys(alone.last.tensors.slots.means)], [2, trained]);
    for (const { path } of model.parameters) {
      const [before, values, expected] = [first, alone.last.tensors.weights, through.last.tensors.weights]
        .map((weights) => [...weights[path].dataSync()]);
      assertEquals(`${values}` !== `${before}`, trained.includes(path), path);
      values.forEach((value, i) => assertAlmostEquals(value, expected[i], 1e-6, path));
    }
    assertEquals(alone.names, through.names); // the best is a whole model
    assertEquals([through.traces.training, alone.traces.training], [1, 1]);
    assertEquals(new Set(alone.films).size, alone.films.length); // no film goes through the body twice
  });
}

Deno.test("--freeze: an epoch, and then another from the file, are two epochs", native, async () => {
  await useEngine();
  using one = temporaryFolder(), two = temporaryFolder();
  const options = { freeze: "conv", lrFor: "head=0.1" };
  const { model, rates } = tune({ ...options, learningRate: 0.01 });
  await using straight = tinyTraining(one.path, { model, epochs: 2 });
  const whole = await fitTiny({ ...straight, rates }, tinyState(straight));
  await using half = tinyTraining(two.path, { model, epochs: 1 });
  await fitTiny({ ...half, rates }, tinyState(half));
  await using rest = tinyTraining(two.path, { model, epochs: 2 });
  const loaded = await loadState(rest.folder.state, model);
  assertEquals(Object.keys(loaded.tensors.slots.means), trainedOf({ model, rates }));
  const resumed = await fitTiny({ ...rest, rates }, loaded);
  for (const [path, tensor] of Object.entries(resumed.state.tensors.weights)) {
    const expected = whole.state.tensors.weights[path].dataSync();
    tensor.dataSync().forEach((value, i) => assertAlmostEquals(value, expected[i], 1e-6, path));
  }
});
