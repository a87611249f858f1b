/** Files for models of the registry: names of tables, and shapes alone. */
import { assertEquals, assertThrows } from "@std/assert";
import { compile, type Model } from "../../dsl/compile/compile.ts";
import { UserError } from "../../errors.ts";
import { buildModel } from "../../models/registry.ts";
import { type Dialect, dialectsOf } from "./dialect.ts";
import { fitWeights } from "./fit.ts";
import { resizePositionEmbedding } from "./position_embedding.ts";
import { renamed } from "./rename.ts";
import { type Tensors, weightsFile } from "../testing/small_weights.ts";

const modelOf = (name: string, size = 64, channels = 1, numClasses = 15) =>
  compile(buildModel(name, { numClasses }), { input: [size, size, channels] });

/** The tensors of a model in a dialect, without values. */
function tensorsOf(model: Model, name: string, isMeant: (dialect: Dialect) => boolean, prefix = ""): Tensors {
  const dialect = dialectsOf(model, name).find(isMeant);
  return Object.fromEntries(
    Array.from(dialect?.written.values() ?? [], ({ names: [first], bias, layout: { shape } }) => [
      [prefix + first, [shape, []] as const],
      ...(bias === undefined ? [] : [[prefix + bias, [shape, []] as const] as const]),
    ]).flat(),
  );
}

Deno.test("DenseNet: torchvision's downloads, and CheXNet's file around them", () => {
  const model = modelOf("densenet121", 64, 3, 14), options = { model, name: "densenet121" };
  const downloads = tensorsOf(model, "densenet121", ({ remark }) => remark !== undefined);
  const { library, notes } = fitWeights(weightsFile(downloads), options);
  assertEquals([library, notes], [
    "torchvision",
    [
      "w.pt: PyTorch, names of torchvision, in the form of torchvision's own downloads (norm.1, conv.1); for films " +
      "(x/255 − [0.485, 0.456, 0.406])/[0.229, 0.224, 0.225]",
    ],
  ]);
  const chexnet = Object.fromEntries(
    Object.entries(downloads).map(([name, tensor]) => [
      `state_dict.module.densenet121.${name.replace("classifier.", "classifier.0.")}`,
      tensor,
    ]),
  );
  assertEquals(fitWeights(weightsFile(chexnet), options).notes.slice(1), [
    'the weights are those under "state_dict.module.densenet121"',
    'the head is "state_dict.module.densenet121.classifier.0"',
  ]);
  // of torchxrayvision, whose mark lies at the root
  const grey = modelOf("densenet121", 64, 1, 18),
    old = tensorsOf(grey, "densenet121", ({ remark }) => remark !== undefined);
  const marked = { ...old, op_threshs: [[18], []] } satisfies Tensors;
  assertEquals(fitWeights(weightsFile(marked), { model: grey, name: "densenet121" }).library, "torchxrayvision");
});

Deno.test("MONAI: DenseNet's names tell; of a ResNet the user says that it has our stride", async () => {
  const densenet = modelOf("densenet121");
  const file = weightsFile(tensorsOf(densenet, "densenet121", ({ name }) => name === "monai", "net."));
  assertEquals(fitWeights(file, { model: densenet, name: "densenet121" }).notes, [
    "w.pt: PyTorch, names of monai; for films (x/255 − 0)/1",
    'the weights are those under "net"',
  ]);
  const model = modelOf("resnet18"), mean = "layer2/0/block/shortcut/bn/mean";
  const tensors = tensorsOf(model, "resnet18", ({ name }) => name === "monai");
  const filled = {
    ...tensors,
    "layer2.0.downsample.1.running_mean": [[128], Array(128).fill(3)],
    "layer2.0.downsample.0.bias": [[128], Array.from({ length: 128 }, (_, i) => Math.sin(i + 1))],
  } satisfies Tensors;
  assertThrows(
    () => fitWeights(weightsFile(filled), { model, name: "resnet18" }),
    UserError,
    "w.pt has the names of monai, which do not tell all of the model: its first convolution has a stride of 1 in MONAI, unless " +
      "it is built with conv1_t_stride=2, and of 2 here. Give --names monai if it was built as it is here",
  );
  const { read } = fitWeights(weightsFile(filled), { model, name: "resnet18", library: "monai" });
  assertEquals((await read(mean))[0], Math.fround(3 - Math.fround(Math.sin(1))));
  const out = renamed({ model, name: "resnet18", library: "monai", step: 1, read });
  assertEquals(out.map(({ name }) => name).filter((name) => name.startsWith("layer2.0.downsample.0")), [
    ...["layer2.0.downsample.0.weight", "layer2.0.downsample.0.bias"],
  ]);
});

Deno.test("a model in no table borrows a table's names only where all names and shapes are its own, and it is said", () => {
  const model = modelOf("resnet18", 64, 3),
    name = "resnet_mine",
    torchvision = ({ name }: Dialect) => name === "torchvision";
  const tensors = tensorsOf(model, "resnet18", torchvision);
  const { library, notes } = fitWeights(weightsFile(tensors), { model, name });
  assertEquals([library, notes[1]], [
    "torchvision",
    "resnet_mine is in no table of names; every name and shape is as torchvision has it for ResNet",
  ]);
  // its own paths with dots are its names otherwise
  const dotted = tensorsOf(model, name, torchvision);
  assertEquals(Object.keys(dotted).includes("layer1.0.block.body.conv1.weight"), true);
  assertEquals(fitWeights(weightsFile(dotted), { model, name }).notes.length, 1);
  for (
    const other of [{ ...tensors, "aux.weight": [[1], []] }, { ...tensors, "fc.bias": [[7], []] }] satisfies Tensors[]
  ) {
    assertThrows(
      () => fitWeights(weightsFile(other), { model, name, headless: true }),
      UserError,
      "does not fit the model",
    );
  }
});

Deno.test("ViT: our own position embedding is resized as timm's is", async () => {
  const model = modelOf("vit_pt", 64), path = "tokens/positionEmbedding";
  const values = Array.from({ length: (1 + 32 * 32) * 192 }, (_, i) => Math.sin(i));
  const expected = resizePositionEmbedding(Float32Array.from(values), [32, 32], [4, 4]);
  const rows: [(dialect: Dialect) => boolean, string, number[], string][] = [
    [({ name }) => name === "Thorax", path, [1025, 192], path],
    [({ name }) => name === "timm", "pos_embed", [1, 1025, 192], `pos_embed (${path})`],
  ];
  for (const [isMeant, name, shape, label] of rows) {
    const tensors = { ...tensorsOf(model, "vit_pt", isMeant), [name]: [shape, values] } satisfies Tensors;
    const { read, notes } = fitWeights(weightsFile(tensors), {
      ...{ model, name: "vit_pt" },
      library: name === path ? undefined : "timm",
    });
    assertEquals(notes[1], `${label}: resized from 32×32 patches to 4×4`);
    assertEquals(await read(path), expected);
    const strict = () => fitWeights(weightsFile(tensors), { model, name: "vit_pt", strict: true });
    assertThrows(strict, UserError);
  }
  const odd = {
    ...tensorsOf(model, "vit_pt", ({ name }) => name === "Thorax"),
    [path]: [[1025, 191], []],
  } satisfies Tensors;
  assertThrows(
    () => fitWeights(weightsFile(odd), { model, name: "vit_pt" }),
    UserError,
    `${path} is [1025, 191], and the model has [17, 192]`,
  );
});
