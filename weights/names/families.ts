import { alexnet } from "./alexnet.ts";
import { convnext } from "./convnext.ts";
import { densenet } from "./densenet.ts";
import { efficientnet } from "./efficientnet.ts";
import { mobilenet } from "./mobilenet.ts";
import { type Family, libraries, type Library, namesOf } from "./naming.ts";
import { resnet } from "./resnet.ts";
import { dinov2, vit } from "./vit.ts";
import { vgg } from "./vgg.ts";

/** The families by how the registry's names of their models begin; the longest that fits counts. */
const families: Readonly<Record<string, Family>> = {
  alexnet,
  vgg,
  resnet,
  densenet,
  mobilenet,
  efficientnet,
  convnext,
  vit,
  vit_base_patch14_dinov2: dinov2,
};

/** The namings of a model: its family's, or, of a model of somebody's own, its paths with dots. */
export function namingsOf(model: string): Family {
  const [start] = Object.keys(families).filter((start) => model.startsWith(start)).sort((a, b) => b.length - a.length);
  return start === undefined ? { torchvision: {} } : families[start];
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
