import type { Family, Naming } from "./naming.ts";

const torchvision: Naming = {
  rules: {
    "/block/body/": "/",
    "/block/shortcut/conv/": "/downsample/0/",
    "/block/shortcut/bn/": "/downsample/1/",
  },
};

/** timm's names are torchvision's. */
export const resnet: Family = { torchvision, timm: torchvision, document: torchvision };
