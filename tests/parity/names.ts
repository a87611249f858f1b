import { namesOf } from "../../weights/names/naming.ts";
import { namingsOf } from "../../weights/names/families.ts";

/**
 * The names by which the reference knows parameters: torchvision's, and timm's for what is timm's.
 * `torchName("resnet18", "layer2/0/block/shortcut/bn/mean")` is `layer2.0.downsample.1.running_mean`.
 */
export function torchName(model: string, path: string): string {
  const { torchvision = {}, timm } = namingsOf(model);
  return namesOf(path, model.startsWith("vit") && timm ? timm : torchvision)[0];
}
