import { mobilenet } from "./mobilenet.ts";
import type { Family, Naming } from "./naming.ts";

/** The first block widens nothing: it has one convolution less than the others. */
const timm: Naming = {
  rules: {
    "/body/": "/",
    "features/0/0/": "conv_stem/",
    "features/0/1/": "bn1/",
    "features/1/0/block/0/0/": "blocks/0/0/conv_dw/",
    "features/1/0/block/0/1/": "blocks/0/0/bn1/",
    "features/1/0/block/1/gate/": "blocks/0/0/se/",
    "features/1/0/block/2/0/": "blocks/0/0/conv_pw/",
    "features/1/0/block/2/1/": "blocks/0/0/bn2/",
    ...Object.fromEntries([2, 3, 4, 5, 6, 7].map((stage) => [`features/${stage}/`, `blocks/${stage - 1}/`])),
    "/block/0/0/": "/conv_pw/",
    "/block/0/1/": "/bn1/",
    "/block/1/0/": "/conv_dw/",
    "/block/1/1/": "/bn2/",
    "/block/2/gate/": "/se/",
    "/block/3/0/": "/conv_pwl/",
    "/block/3/1/": "/bn3/",
    "/se/fc1/": "/se/conv_reduce/",
    "/se/fc2/": "/se/conv_expand/",
    "features/8/0/": "conv_head/",
    "features/8/1/": "bn2/",
    "classifier/1/": "classifier/",
  },
};

export const efficientnet: Family = { ...mobilenet, timm };
