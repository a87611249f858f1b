import type { Family } from "./naming.ts";

/** timm writes the first two dense layers as convolutions, of 7×7 and of 1×1. */
export const vgg: Family = {
  torchvision: {},
  timm: {
    rules: { "classifier/0/": "pre_logits/fc1/", "classifier/3/": "pre_logits/fc2/", "classifier/6/": "head/fc/" },
    shapes: {
      "classifier/0/kernel": ([units, inputs]) => [units, inputs / 49, 7, 7],
      "classifier/3/kernel": ([units, inputs]) => [units, inputs, 1, 1],
    },
  },
  document: {},
};
