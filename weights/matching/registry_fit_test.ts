/** Files for models of the registry: names of tables, and shapes alone. */
import { assertEquals, assertThrows } from "@std/assert";
import type { Model } from "../../dsl/compile/compile.ts";
import { UserError } from "../../errors.ts";
import { fitWeights } from "./fit.ts";
import { resizePositionEmbedding } from "./position_embedding.ts";
import { type KeyMap, keyMapsOf } from "./key_map.ts";
import { renameWeights } from "./rename_weights.ts";
import { modelOf, namesFor } from "../testing/registry_models.ts";
import { type Tensors, weightsFile } from "../testing/small_weights.ts";

/** The tensors of a model under a key map's names, without values. */
function tensorsOf(model: Model, name: string, isMeant: (keyMap: KeyMap) => boolean, prefix = ""): Tensors {
  const keyMap = keyMapsOf({ ...namesFor(name), model }).find(isMeant);
  return Object.fromEntries(
    Array.from(keyMap?.entries.values() ?? [], ({ names: [first], bias, layout: { shape } }) => [
      [prefix + first, [shape, []] as const],
      ...(bias === undefined ? [] : [[prefix + bias, [shape, []] as const] as const]),
    ]).flat(),
  );
}

Deno.test("DenseNet: torchvision's downloads, and CheXNet's file around them", () => {
  const model = modelOf("densenet121", 64, 3, 14), options = { ...namesFor("densenet121"), model };
  const downloads = tensorsOf(model, "densenet121", ({ note }) => note !== undefined);
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
  const gray = modelOf("densenet121", 64, 1, 18),
    old = tensorsOf(gray, "densenet121", ({ note }) => note !== undefined);
  const marked = { ...old, op_threshs: [[18], []] } satisfies Tensors;
  assertEquals(fitWeights(weightsFile(marked), { ...namesFor("densenet121"), model: gray }).library, "torchxrayvision");
});

Deno.test("MONAI: DenseNet's names tell; of a ResNet the user says that it has our stride", async () => {
  const densenet = modelOf("densenet121");
  const file = weightsFile(tensorsOf(densenet, "densenet121", ({ library }) => library === "monai", "net."));
  assertEquals(fitWeights(file, { ...namesFor("densenet121"), model: densenet }).notes, [
    "w.pt: PyTorch, names of monai; for films (x/255 − 0)/1",
    'the weights are those under "net"',
  ]);
  const model = modelOf("resnet18"), mean = "layer2/0/block/shortcut/bn/mean";
  const tensors = tensorsOf(model, "resnet18", ({ library }) => library === "monai");
  const filled = {
    ...tensors,
    "layer2.0.downsample.1.running_mean": [[128], Array(128).fill(3)],
    "layer2.0.downsample.0.bias": [[128], Array.from({ length: 128 }, (_, i) => Math.sin(i + 1))],
  } satisfies Tensors;
  assertThrows(
    () => fitWeights(weightsFile(filled), { ...namesFor("resnet18"), model }),
    UserError,
    "w.pt has the names of monai, which do not tell all of the model: its first convolution has a stride of 1 in MONAI, unless " +
      "it is built with conv1_t_stride=2, and of 2 here. Give --names monai if it was built as it is here",
  );
  const { read } = fitWeights(weightsFile(filled), { ...namesFor("resnet18"), model, library: "monai" });
  assertEquals((await read(mean))[0], Math.fround(3 - Math.fround(Math.sin(1))));
  const out = renameWeights({ ...namesFor("resnet18"), model, library: "monai", step: 1, read });
  assertEquals(out.map(({ name }) => name).filter((name) => name.startsWith("layer2.0.downsample.0")), [
    "layer2.0.downsample.0.weight",
    "layer2.0.downsample.0.bias",
  ]);
});

Deno.test("a model in no table borrows a table's names only where all names and shapes are its own, and it is said", () => {
  const model = modelOf("resnet18", 64, 3),
    name = "resnet_mine",
    torchvision = ({ library }: KeyMap) => library === "torchvision";
  const tensors = tensorsOf(model, "resnet18", torchvision);
  const { library, notes } = fitWeights(weightsFile(tensors), { ...namesFor(name), model });
  assertEquals([library, notes[1]], [
    "torchvision",
    "resnet_mine has no weight names of its own; every name and shape matches torchvision's for ResNet, so these are taken",
  ]);
  // its own paths with dots are its names otherwise
  const dotted = tensorsOf(model, name, torchvision);
  assertEquals(Object.keys(dotted).includes("layer1.0.block.body.conv1.weight"), true);
  assertEquals(fitWeights(weightsFile(dotted), { ...namesFor(name), model }).notes.length, 1);
  for (
    const other of [{ ...tensors, "aux.weight": [[1], []] }, { ...tensors, "fc.bias": [[7], []] }] satisfies Tensors[]
  ) {
    assertThrows(
      () => fitWeights(weightsFile(other), { ...namesFor(name), model, headless: true }),
      UserError,
      "does not fit the model",
    );
  }
});

Deno.test("ViT: our own position embedding is resized as timm's is", async () => {
  const model = modelOf("vit_pt", 64), path = "tokens/positionEmbedding";
  const values = Array.from({ length: (1 + 32 * 32) * 192 }, (_, i) => Math.sin(i));
  const expected = resizePositionEmbedding(Float32Array.from(values), [32, 32], [4, 4]);
  const rows: [(keyMap: KeyMap) => boolean, string, number[], string][] = [
    [({ library }) => library === "Thorax", path, [1025, 192], path],
    [({ library }) => library === "timm", "pos_embed", [1, 1025, 192], `pos_embed (${path})`],
  ];
  for (const [isMeant, name, shape, label] of rows) {
    const tensors = { ...tensorsOf(model, "vit_pt", isMeant), [name]: [shape, values] } satisfies Tensors;
    const { read, notes } = fitWeights(weightsFile(tensors), {
      ...namesFor("vit_pt"),
      model,
      library: name === path ? undefined : "timm",
    });
    assertEquals(notes[1], `${label}: resized from 32×32 patches to 4×4`);
    assertEquals(await read(path), expected);
    const strict = () => fitWeights(weightsFile(tensors), { ...namesFor("vit_pt"), model, strict: true });
    assertThrows(strict, UserError);
  }
  const odd = {
    ...tensorsOf(model, "vit_pt", ({ library }) => library === "Thorax"),
    [path]: [[1025, 191], []],
  } satisfies Tensors;
  assertThrows(
    () => fitWeights(weightsFile(odd), { ...namesFor("vit_pt"), model }),
    UserError,
    `${path} is [1025, 191], and the model has [17, 192]`,
  );
});
