import { assertEquals } from "@std/assert";
import reference from "../../tests/parity/reference.json" with { type: "json" };
import { registry, weightNamesOf } from "../../models/registry.ts";
import { keyMapOf, keyMapsOf } from "../matching/key_map.ts";
import { renameWeights } from "../matching/rename_weights.ts";
import { namedModel } from "../testing/registry_models.ts";
import { defaultLibrary, type Library, tensorNames } from "./naming.ts";

const named = (name: string) => namedModel(name, 224);

const namesIn = (library: Library, name: string) =>
  [...keyMapOf(named(name), library).entries.values()].flatMap(({ names }) => names);

Deno.test("names: PyTorch's own of the models that have a reference", () => {
  for (const [name, { gradient_norms }] of Object.entries({ ...reference.models, ...reference.salted.models })) {
    const trainable = namesIn(defaultLibrary(registry[name].weightNames), name).filter((name) =>
      !/running_(mean|var)$/.test(name)
    );
    assertEquals(trainable.sort(), Object.keys(gradient_norms).sort(), name);
  }
});

Deno.test("names: in every key map of every model, each tensor has a name of its own", () => {
  for (const name of Object.keys(registry)) {
    const keyMaps = keyMapsOf(named(name));
    assertEquals(keyMaps.length > 1, true, name);
    for (const { library, entries } of keyMaps) {
      const names = [...entries.values()].flatMap(({ names }) => names);
      assertEquals(new Set(names).size, names.length, `${name}, ${library}`);
    }
  }
});

Deno.test("names: timm's VGG has convolutions for dense layers", () => {
  const { entries } = keyMapOf(named("vgg11"), "timm");
  const of = (path: string) => [entries.get(path)?.names[0], entries.get(path)?.layout.shape];
  assertEquals(of("classifier/0/kernel"), ["pre_logits.fc1.weight", [4096, 512, 7, 7]]);
  assertEquals(of("classifier/3/kernel"), ["pre_logits.fc2.weight", [4096, 4096, 1, 1]]);
  assertEquals(of("classifier/6/bias"), ["head.fc.bias", [15]]);
});

Deno.test("names: a transformer's, in each library's words", () => {
  const paths = [
    "patch_embed/kernel",
    "tokens/classToken",
    "tokens/positionEmbedding",
    "blocks/3/attention/body/norm1/scale",
    "blocks/3/attention/body/attn/qkv/kernel",
    "blocks/3/attention/body/attn/proj/bias",
    "blocks/3/attention/body/ls1/scale",
    "blocks/3/feedforward/body/mlp/fc2/kernel",
    "norm/offset",
    "head/kernel",
  ];
  const names = (library: Library, model: string) => {
    const naming = registry[model].weightNames[library] ?? {};
    return paths.flatMap((path) => tensorNames(path, naming));
  };
  assertEquals(names("timm", "vit_base_patch14_dinov2"), [
    "patch_embed.proj.weight",
    "cls_token",
    "pos_embed",
    "blocks.3.norm1.weight",
    "blocks.3.attn.qkv.weight",
    "blocks.3.attn.proj.bias",
    "blocks.3.ls1.gamma",
    "blocks.3.mlp.fc2.weight",
    "norm.bias",
    "head.weight",
  ]);
  assertEquals(names("huggingface", "vit_base_patch14_dinov2"), [
    "embeddings.patch_embeddings.projection.weight",
    "embeddings.cls_token",
    "embeddings.position_embeddings",
    "encoder.layer.3.norm1.weight",
    "encoder.layer.3.attention.attention.query.weight",
    "encoder.layer.3.attention.attention.key.weight",
    "encoder.layer.3.attention.attention.value.weight",
    "encoder.layer.3.attention.output.dense.bias",
    "encoder.layer.3.layer_scale1.lambda1",
    "encoder.layer.3.mlp.fc2.weight",
    "layernorm.bias",
    "classifier.weight",
  ]);
  assertEquals(names("torchvision", "vit_base_patch16_224").slice(0, 6), [
    "conv_proj.weight",
    "class_token",
    "encoder.pos_embedding",
    "encoder.layers.encoder_layer_3.ln_1.weight",
    "encoder.layers.encoder_layer_3.self_attention.in_proj_weight",
    "encoder.layers.encoder_layer_3.self_attention.out_proj.bias",
  ]);
});

Deno.test("names: every model of the registry has a table; one whose name begins like it has none", () => {
  const hasTable = (name: string) => weightNamesOf(name) !== undefined;
  for (const name of Object.keys(registry)) {
    assertEquals([hasTable(name), hasTable(`${name}_mine`), hasTable(name.slice(0, -1))], [true, false, false], name);
  }
  assertEquals([hasTable("resnet_mine"), hasTable("toString"), hasTable("__proto__")], [false, false, false]);
  const { entries } = keyMapOf({ model: named("resnet18").model, name: "resnet_mine" }, "torchvision");
  assertEquals(entries.get("layer1/0/block/body/conv1/kernel")?.names, ["layer1.0.block.body.conv1.weight"]);
});

Deno.test("names: MONAI's, and torchvision's DenseNet as its downloads have it", () => {
  const of = (model: string, path: string) =>
    keyMapsOf(named(model)).flatMap(({ library, entries }) =>
      library === "monai" || library === "torchvision" ? [entries.get(path)?.names[0]] : []
    );
  assertEquals(of("densenet121", "features/denseblock1/denselayer2/body/norm1/scale"), [
    "features.denseblock1.denselayer2.norm1.weight",
    "features.denseblock1.denselayer2.norm.1.weight",
    "features.denseblock1.denselayer2.layers.norm1.weight",
  ]);
  assertEquals(
    of("densenet121", "features/transition1/norm/mean"),
    Array(3).fill("features.transition1.norm.running_mean"),
  );
  assertEquals(of("densenet121", "classifier/kernel"), [
    "classifier.weight",
    "classifier.weight",
    "class_layers.out.weight",
  ]);
  const { entries } = keyMapOf(named("resnet50"), "monai");
  assertEquals(entries.get("layer1/0/block/shortcut/bn/mean")?.bias, "layer1.0.downsample.0.bias");
  assertEquals(entries.get("layer1/0/block/shortcut/bn/scale")?.bias, undefined);
});

Deno.test("names: transformers' classifiers go out under the names of save_pretrained", () => {
  const read = () => Promise.resolve(new Float32Array());
  const sent = (name: string, isMeant: (name: string) => boolean) =>
    renameWeights({ ...named(name), library: "huggingface", step: 1, read })
      .flatMap(({ name, shape }) => isMeant(name) ? [`${name} ${JSON.stringify(shape)}`] : []);
  assertEquals(
    sent("resnet18", (name) => /embedder|stages\.1\.layers\.0\..*(convolution|running_mean)|^classifier/.test(name)),
    [
      "resnet.embedder.embedder.convolution.weight [64,1,7,7]",
      "resnet.embedder.embedder.normalization.weight [64]",
      "resnet.embedder.embedder.normalization.bias [64]",
      "resnet.embedder.embedder.normalization.running_mean [64]",
      "resnet.embedder.embedder.normalization.num_batches_tracked []",
      "resnet.embedder.embedder.normalization.running_var [64]",
      "resnet.encoder.stages.1.layers.0.layer.0.convolution.weight [128,64,3,3]",
      "resnet.encoder.stages.1.layers.0.layer.0.normalization.running_mean [128]",
      "resnet.encoder.stages.1.layers.0.layer.1.convolution.weight [128,128,3,3]",
      "resnet.encoder.stages.1.layers.0.layer.1.normalization.running_mean [128]",
      "resnet.encoder.stages.1.layers.0.shortcut.convolution.weight [128,64,1,1]",
      "resnet.encoder.stages.1.layers.0.shortcut.normalization.running_mean [128]",
      "classifier.1.weight [15,512]",
      "classifier.1.bias [15]",
    ],
  );
  assertEquals(sent("resnet50", (name) => /stages\.3\.layers\.2\.layer\.\d\.convolution/.test(name)), [
    "resnet.encoder.stages.3.layers.2.layer.0.convolution.weight [512,2048,1,1]",
    "resnet.encoder.stages.3.layers.2.layer.1.convolution.weight [512,512,3,3]",
    "resnet.encoder.stages.3.layers.2.layer.2.convolution.weight [2048,512,1,1]",
  ]);
  assertEquals(
    sent("vit_tiny_patch16_224", (name) => /embeddings|layer\.11\..*weight|vit\.layernorm|^class/.test(name)),
    [
      "vit.embeddings.patch_embeddings.projection.weight [192,1,16,16]",
      "vit.embeddings.patch_embeddings.projection.bias [192]",
      "vit.embeddings.cls_token [1,1,192]",
      "vit.embeddings.position_embeddings [1,197,192]",
      "vit.encoder.layer.11.layernorm_before.weight [192]",
      ...["query", "key", "value"].map((part) => `vit.encoder.layer.11.attention.attention.${part}.weight [192,192]`),
      "vit.encoder.layer.11.attention.output.dense.weight [192,192]",
      "vit.encoder.layer.11.layernorm_after.weight [192]",
      "vit.encoder.layer.11.intermediate.dense.weight [768,192]",
      "vit.encoder.layer.11.output.dense.weight [192,768]",
      "vit.layernorm.weight [192]",
      "vit.layernorm.bias [192]",
      "classifier.weight [15,192]",
      "classifier.bias [15]",
    ],
  );
  assertEquals(
    sent(
      "convnext_tiny",
      (name) => /embeddings.*weight|stages\.1\.layers\.2|downs.*2\.0|xt\.layernorm|^class/.test(name),
    ),
    [
      "convnext.embeddings.patch_embeddings.weight [96,1,4,4]",
      "convnext.embeddings.layernorm.weight [96]",
      ...["dwconv.weight [192,1,7,7]", "dwconv.bias [192]", "layernorm.weight [192]", "layernorm.bias [192]"].map(
        (name) => `convnext.encoder.stages.1.layers.2.${name}`,
      ),
      ...["pwconv1.weight [768,192]", "pwconv1.bias [768]", "pwconv2.weight [192,768]", "pwconv2.bias [192]"].map(
        (name) => `convnext.encoder.stages.1.layers.2.${name}`,
      ),
      "convnext.encoder.stages.1.layers.2.layer_scale_parameter [192]",
      "convnext.layernorm.weight [768]",
      "convnext.layernorm.bias [768]",
      "classifier.weight [15,768]",
      "classifier.bias [15]",
    ],
  );
});
