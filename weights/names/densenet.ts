import type { Family, Naming } from "./naming.ts";
import { torchxrayvision } from "./torchxrayvision.ts";

/** `_load_state_dict` of torchvision's densenet.py renames the dense layers of its own downloads, which are of 2017. */
const torchvision: Naming = {
  rules: { "/body/": "/" },
  variant: {
    rules: { "/norm1/": "/norm/1/", "/conv1/": "/conv/1/", "/norm2/": "/norm/2/", "/conv2/": "/conv/2/" },
    remark: "in the form of torchvision's own downloads (norm.1, conv.1)",
  },
};

export const densenet: Family = {
  torchvision,
  timm: torchvision,
  monai: { rules: { "/body/": "/layers/", "classifier/": "class_layers/out/" } },
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
