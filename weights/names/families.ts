import { alexnet } from "./alexnet.ts";
import { convnext } from "./convnext.ts";
import { densenet } from "./densenet.ts";
import { mobilenet } from "./mobilenet.ts";
import type { Family } from "./naming.ts";
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
  efficientnet: mobilenet,
  convnext,
  vit,
  vit_base_patch14_dinov2: dinov2,
};

/** The namings of a model: its family's, or, of a model of somebody's own, its paths with dots. */
export function namingsOf(model: string): Family {
  const [start] = Object.keys(families).filter((start) => model.startsWith(start)).sort((a, b) => b.length - a.length);
  return start === undefined ? { torchvision: {} } : families[start];
}
