import type { Family } from "./naming.ts";

/** The path with dots: torchvision's model was the pattern. timm has no AlexNet. */
export const alexnet: Family = { torchvision: {}, document: {} };
