import type { Family } from "./naming.ts";

export const convnext: Family = {
  torchvision: {
    rules: {
      "/body/": "/",
      "/block/depthwise/": "/block/0/",
      "/block/norm/": "/block/2/",
      "/block/expand/": "/block/3/",
      "/block/project/": "/block/5/",
      "/layer_scale/scale": "/layer_scale",
      "classifier/norm/": "classifier/0/",
      "classifier/fc/": "classifier/2/",
    },
    shapes: {
      "/layer_scale/scale": ([channels]) => [channels, 1, 1],
      "/expand/kernel": ([units, inputs]) => [units, inputs], // a dense layer of each pixel
      "/project/kernel": ([units, inputs]) => [units, inputs],
    },
  },
};
