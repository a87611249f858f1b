import { alexnet } from "./alexnet.ts";
import { convnext } from "./convnext.ts";
import { densenet } from "./densenet.ts";
import { efficientnet } from "./efficientnet.ts";
import { mobilenet } from "./mobilenet.ts";
import { type Family, libraries, type Library, namesOf } from "./naming.ts";
import { resnet } from "./resnet.ts";
import { dinov2, vit } from "./vit.ts";
import { vgg } from "./vgg.ts";

/** The families, each by a name for people. */
export const families: Readonly<Record<string, Family>> = {
  AlexNet: alexnet,
  VGG: vgg,
  ResNet: resnet,
  DenseNet: densenet,
  MobileNetV3: mobilenet,
  EfficientNet: efficientnet,
  ConvNeXt: convnext,
  ViT: vit,
  DINOv2: dinov2,
};

/** The family of every model of the registry. A name that merely begins like one of these is another model's. */
const familyOf: ReadonlyMap<string, Family> = new Map([
  ["alexnet", alexnet],
  ...all(vgg, "vgg11", "vgg13", "vgg16", "vgg19", "vgg11_bn", "vgg13_bn", "vgg16_bn", "vgg19_bn"),
  ...all(resnet, "resnet18", "resnet34", "resnet50", "resnet101", "resnet152"),
  ...all(densenet, "densenet121", "densenet161", "densenet169", "densenet201"),
  ...all(mobilenet, "mobilenet_v3_large", "mobilenet_v3_small"),
  ["efficientnet_b0", efficientnet],
  ["convnext_tiny", convnext],
  ...all(vit, "vit_pt", "vit_tiny_patch16_224", "vit_small_patch16_224", "vit_base_patch16_224"),
  ["vit_base_patch14_dinov2", dinov2],
]);

function all(family: Family, ...models: readonly string[]): [string, Family][] {
  return models.map((model) => [model, family]);
}

/** Whether a model is in the table. */
export const isKnown = (model: string): boolean => familyOf.has(model);

/** The namings of a model: its family's, or, of a model of somebody's own, its paths with dots. */
export function namingsOf(model: string): Family {
  return familyOf.get(model) ?? { torchvision: {} };
}

/** The library after whose model ours was made: the first of its family. */
export function patternOf(model: string): Library {
  const namings = namingsOf(model);
  return libraries.find((library) => library === Object.keys(namings)[0]) ?? "torchvision";
}

/** `torchName("resnet18", "layer2/0/block/shortcut/bn/mean")` is `layer2.0.downsample.1.running_mean`. */
export function torchName(model: string, path: string): string {
  const [name] = namesOf(path, namingsOf(model)[patternOf(model)] ?? {});
  return name;
}
