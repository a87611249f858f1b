import type { Family, Naming } from "./naming.ts";
import { torchxrayvision } from "./torchxrayvision.ts";

const torchvision: Naming = { rules: { "/body/": "/" } };

export const densenet: Family = {
  torchvision,
  timm: torchvision,
  torchxrayvision: torchxrayvision(torchvision, [
    ...[
      "NIH ChestX-ray14",
      "PadChest",
      "CheXpert",
      "MIMIC-CXR",
      "Google's reading of NIH ChestX-ray14",
      "OpenI",
      "RSNA",
    ],
  ]),
};
