import type { Family, Naming } from "./naming.ts";

const torchvision: Naming = { rules: { "/body/": "/" } };

/** torchxrayvision keeps the operating points of its 18 labels beside the weights. */
export const densenet: Family = {
  torchvision,
  timm: torchvision,
  torchxrayvision: { ...torchvision, mark: "op_threshs" },
};
