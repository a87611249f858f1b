import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { compile, type Model } from "../../dsl/compile/compile.ts";
import { conv } from "../../dsl/layers/conv.ts";
import { dense } from "../../dsl/layers/dense.ts";
import { flatten } from "../../dsl/layers/flatten.ts";
import { stack } from "../../dsl/combinators/stack.ts";
import { UserError } from "../../errors.ts";
import { libraries } from "../names/naming.ts";
import { fitWeights } from "./fit.ts";
import { namesFor } from "../testing/registry_models.ts";
import { smallModel as model, type Tensors, weightsFile as file, whole } from "../testing/small_weights.ts";

const fit = (tensors: Tensors, options: Partial<Parameters<typeof fitWeights>[1]> = {}) =>
  fitWeights(file(tensors), { ...namesFor("mine"), model, ...options });

Deno.test("fitWeights: PyTorch's layouts become ours, a flattened image's too", async () => {
  const { read, notes } = fit({ ...whole, "bn.num_batches_tracked": [[], [5]] });
  assertEquals(await read("stem/kernel"), Float32Array.of(1, 2));
  assertEquals([await read("bn/scale"), await read("bn/variance")], [Float32Array.of(3, 4), Float32Array.of(9, 10)]);
  // ours counts pixels, then channels, then classes
  assertEquals(await read("head/kernel"), Float32Array.of(0, 10, 2, 12, 1, 11, 3, 13));
  assertEquals(notes, ["w.pt: PyTorch, names of torchvision; for films (x/255 − 0.449)/0.226"]);
});

Deno.test("fitWeights: prefixes of wrappers go, and our own paths are recognized", async () => {
  const wrapped = Object.fromEntries(Object.entries(whole).map(([name, tensor]) => [`module.${name}`, tensor]));
  assertEquals(await fit(wrapped).read("head/bias"), Float32Array.of(11, 12));
  const own = Object.fromEntries(
    model.parameters.map(({ path, shape }, i): [string, Tensors[string]] => [
      path,
      [shape, new Array(shape.reduce((a, b) => a * b)).fill(i)],
    ]),
  );
  const { notes, read } = fit(own);
  assertEquals([notes, await read("stem/kernel")], [
    ["w.pt: PyTorch, paths of Thorax; for films (x/255 − 0.5)/0.5"],
    Float32Array.of(0, 0),
  ]);
});

Deno.test("fitWeights: a stem of three channels is summed, unless strict", async () => {
  const color = { ...whole, "stem.weight": [[2, 3, 1, 1], [1, 2, 3, 10, 20, 30]] } satisfies Tensors;
  const { read, notes } = fit(color);
  assertEquals([await read("stem/kernel"), notes[1]], [
    Float32Array.of(6, 60),
    "stem.weight (stem/kernel): its 3 channels are summed to one",
  ]);
  assertThrows(
    () => fit(color, { strict: true }),
    UserError,
    "w.pt does not fit the model: stem.weight (stem/kernel) is [2, 3, 1, 1], and the model has [2, 1, 1, 1]",
  );
});

Deno.test("fitWeights: a head of another size is left out where it may be", () => {
  const other = { ...whole, "head.weight": [[3, 4], []], "head.bias": [[3], []] } satisfies Tensors;
  const { leftOut, notes } = fit(other, { headless: true });
  assertEquals([...leftOut], ["head/kernel", "head/bias"]);
  assertEquals(notes[1], "left out: head.weight (head/kernel) is [3, 4], and the model has [2, 4]");
  for (const options of [{}, { headless: true, strict: true }]) {
    assertThrows(() => fit(other, options), UserError, "Build the model for as many classes as the file has");
  }
});

Deno.test("fitWeights: what is missing, misshapen or of no use is listed by both names", () => {
  const { "bn.bias": _, ...rest } = whole;
  assertThrows(
    () => fit({ ...rest, "bn.weight": [[3], []], "aux.weight": [[1, 7], []] }),
    UserError,
    "w.pt does not fit the model: bn.weight (bn/scale) is [3], and the model has [2]; bn.bias (bn/offset) [2] is " +
      'missing; "aux.weight" [1, 7] is not part of the model',
  );
  assertThrows(
    () => fit({ "a.weight": [[1], []] }),
    UserError,
    'w.pt has no weight of mine under a known name: its first tensor is "a.weight", and mine begins with stem/kernel or ' +
      "stem.weight",
  );
  assertThrows(
    () => fit(whole, { ...namesFor("alexnet"), library: "timm" }),
    UserError,
    "there are no names of timm for alexnet; known: torchvision, document",
  );
});

Deno.test("fitWeights: a model of one's own takes its dotted paths in the range of any library", async () => {
  const scaleOf = (options: Parameters<typeof fit>[1], tensors: Tensors = whole) =>
    fit(tensors, options).notes[0].slice("w.pt: PyTorch, names of ".length);
  const rows = {
    torchvision: "(x/255 − 0.449)/0.226",
    timm: "(x/255 − 0.449)/0.226",
    torchxrayvision: "(x/255 − 0.5)/0.0004883",
    huggingface: "(x/255 − 0.449)/0.226",
    monai: "(x/255 − 0)/1",
    document: "(x/255 − 0.5)/0.5",
  };
  for (const library of libraries) {
    assertEquals(scaleOf({ library }), `${library}; for films ${rows[library]}`);
    assertEquals(await fit(whole, { library }).read("stem/kernel"), Float32Array.of(1, 2));
  }
  const assumed = { library: "document", inColor: false } as const;
  assertEquals(scaleOf({ assumed }), "document; for films (x/255 − 0.5)/0.5");
  // what the file itself tells counts more
  const color = { ...whole, "stem.weight": [[2, 3, 1, 1], [1, 2, 3, 10, 20, 30]] } satisfies Tensors;
  assertEquals(scaleOf({ assumed }, color), "torchvision; for films (x/255 − 0.449)/0.226");
  assertEquals(scaleOf({ assumed: { ...assumed, inColor: true } }, color), "document; for films (x/255 − 0.5)/0.5");
  assertEquals(fit({ ...whole, op_threshs: [[1], [0.5]] }, { assumed }).library, "torchxrayvision");
});

Deno.test("fitWeights: NaN in a tensor is refused by its name", async () => {
  const { read } = fit({ ...whole, "head.bias": [[2], [1, NaN]] });
  await assertRejects(() => read("head/bias"), UserError, 'w.pt: tensor "head.bias" holds NaN, at 1 of 2');
});

Deno.test("fitWeights: a running variance below 0 is refused by its name, a mean below 0 is not", async () => {
  const { read } = fit({ ...whole, "bn.running_mean": [[2], [-1, 0]], "bn.running_var": [[2], [1, -1]] });
  assertEquals(await read("bn/mean"), Float32Array.of(-1, 0));
  await assertRejects(
    () => read("bn/variance"),
    UserError,
    'w.pt: tensor "bn.running_var" holds a variance of -1, at 1 of 2',
  );
});

/** A stem and a head under torchvision's names, for films of so many channels. */
const torchvisionNames = (stem: string, head: string, channels: number) =>
  ({
    [`${stem}.weight`]: [[2, channels, 1, 1], []],
    [`${head}.weight`]: [[18, 2], []],
  }) satisfies Tensors;

/** A model of the family whose paths are these. */
function modelOf(stem: string, head: string, channels = 1): Model {
  const conv1 = conv(2, 1, { bias: false }), [folder, name] = stem.split(".");
  const body = name === undefined ? { [folder]: conv1 } : { [folder]: stack({ [name]: conv1 }) };
  const spec = stack({ ...body, flatten: flatten(), [head]: dense(18, { bias: false }) });
  return compile(spec, { input: [1, 1, channels] });
}

const densenet = ["features.conv0", "classifier"] as const, resnet = ["conv1", "fc"] as const;
const xray = "(x/255 − 0.5)/0.0004883", gray = "(x/255 − 0.449)/0.226";

Deno.test("fitWeights: torchxrayvision's mark brings its range and labels, whatever the family", () => {
  for (
    const [name, [stem, head], trainedOn] of [
      ["densenet121", densenet, "CheXpert"],
      ["resnet50", resnet, "VinBigData"],
      ["mine", ["stem", "head"], undefined],
    ] as const
  ) {
    const tensors = Object.entries(torchvisionNames(stem, head, 1)).map(([name, tensor]) => [`model.${name}`, tensor]);
    const marked: Tensors = { ...Object.fromEntries(tensors), op_threshs: [[18], []] };
    const options = { ...namesFor(name), model: modelOf(stem, head) };
    const found = fitWeights(file(marked), options);
    assertEquals([found.library, found.notes, found.labels?.[10]], [
      "torchxrayvision",
      [`w.pt: PyTorch, names of torchxrayvision; for films ${xray}`, 'the weights are those under "model"'],
      "Cardiomegaly",
    ]);
    assertEquals(found.trainedOn?.includes(trainedOn ?? ""), trainedOn && true);
    const told = fitWeights(file(marked), { ...options, library: "torchvision" });
    assertEquals([told.library, told.notes, told.labels, told.trainedOn], [
      "torchvision",
      [`w.pt: PyTorch, names of torchvision; for films ${gray}`, 'the weights are those under "model"'],
      undefined,
      undefined,
    ]);
  }
});

Deno.test("fitWeights: a gray file under names that several libraries share needs --names", () => {
  const options = { ...namesFor("resnet18"), model: modelOf(...resnet) }, tensors = torchvisionNames(...resnet, 1);
  const error = assertThrows(() => fitWeights(file(tensors), options), UserError);
  assertEquals(
    [error.message, error.exitStatus],
    [
      "w.pt is for films of 1 channel, and its names are those of torchvision, timm, torchxrayvision, document, which scale such " +
      `films differently. Say how it was trained: --names torchvision for films ${gray}, --names torchxrayvision for films ` +
      `${xray}, --names document for films (x/255 − 0.5)/0.5`,
      2,
    ],
  );
  const [note] = fitWeights(file(tensors), { ...options, library: "document" }).notes;
  assertEquals(note, "w.pt: PyTorch, names of document; for films (x/255 − 0.5)/0.5");
  const assumed = { library: "document", inColor: false } as const;
  assertEquals(fitWeights(file(tensors), { ...options, assumed }).library, "document");
  // what the file itself tells counts more
  const color = file(torchvisionNames(...resnet, 3)), marked = file({ ...tensors, op_threshs: [[1], [0.5]] });
  const inColor = { library: "document", inColor: true } as const;
  assertEquals(fitWeights(color, { ...options, assumed }).library, "torchvision");
  assertEquals(fitWeights(color, { ...options, assumed: inColor }).library, "document");
  assertEquals(fitWeights(marked, { ...options, assumed: inColor }).library, "torchxrayvision");
  assertThrows(
    () =>
      fitWeights(file(torchvisionNames(...densenet, 1)), { ...namesFor("densenet121"), model: modelOf(...densenet) }),
    UserError,
    "which scale such films differently. Say how it was trained: --names torchvision for films",
  );
});

Deno.test("fitWeights: a file for color is torchvision's, for gray films and for color", () => {
  for (
    const [name, names] of [["densenet121", densenet], ["resnet18", resnet]] as [string, readonly [string, string]][]
  ) {
    for (const channels of [1, 3]) {
      const { library, notes } = fitWeights(file(torchvisionNames(...names, 3)), {
        ...namesFor(name),
        model: modelOf(...names, channels),
      });
      assertEquals([library, notes.length], ["torchvision", channels === 1 ? 2 : 1]);
    }
  }
});

Deno.test("fitWeights: a mark beside the names of another library is a contradiction that --names resolves", () => {
  const model = modelOf("patch_embed", "head"), name = "vit_tiny_patch16_224";
  const tensors: Tensors = {
    "patch_embed.proj.weight": [[2, 1, 1, 1], []],
    "head.weight": [[18, 2], []],
    op_threshs: [[18], []],
  };
  assertThrows(
    () => fitWeights(file(tensors), { ...namesFor(name), model }),
    UserError,
    "w.pt holds op_threshs, as torchxrayvision keeps it beside its weights, under the names of timm. Give --names timm " +
      "if its films are (x/255 − 0.5)/0.5",
  );
  assertEquals(fitWeights(file(tensors), { ...namesFor(name), model, library: "timm" }).library, "timm");
});

Deno.test("fitWeights: a file of ours knows its range, under whatever names", () => {
  const preprocessing = { imageSize: 32, mean: 0.25, std: 2, channels: 1, resize: "bilinear-antialias" };
  const metadata = (fields = {}) => ({
    thorax: "0.1.0",
    model: "resnet18",
    spec: '{"type":"stack"}',
    input: "[32,32,1]",
    labels: '["a"]',
    preprocessing: JSON.stringify(preprocessing),
    options: "{}",
    epoch: "1",
    step: "1",
    validationLoss: "1",
    dataset: JSON.stringify({
      kind: "phantom",
      name: "p",
      synthetic: true,
      splitSeed: 1,
      splitType: "balanced",
      split: { validation: [], test: [] },
    }),
    ...fields,
  });
  const options = { ...namesFor("resnet18"), model: modelOf(...resnet) }, tensors = torchvisionNames(...resnet, 1);
  const { normalization, labels, notes } = fitWeights(file(tensors, metadata()), options);
  assertEquals([normalization, labels, notes], [
    { mean: [0.25], std: [2] },
    ["a"],
    ["w.pt: PyTorch, names of torchvision; for films (x/255 − 0.25)/2"],
  ]);
  assertThrows(
    () => fitWeights(file(tensors, metadata({ epoch: "-1" })), options),
    UserError,
    "w.pt: its Thorax metadata are damaged, or of another version: epoch: ",
  );
});
