import type { Family, Naming } from "./naming.ts";
import { torchxrayvision } from "./torchxrayvision.ts";

const torchvision: Naming = {
  rules: {
    "/block/body/": "/",
    "/block/shortcut/conv/": "/downsample/0/",
    "/block/shortcut/bn/": "/downsample/1/",
  },
};

/** timm's names are torchvision's. */
export const resnet: Family = {
  torchvision,
  timm: torchvision,
  torchxrayvision: torchxrayvision(torchvision, ["NIH ChestX-ray14", "PadChest", "RSNA", "SIIM", "VinBigData"]),
  document: torchvision,
};
