import type { Family } from "./naming.ts";

/** Of MobileNetV3 and EfficientNet, whose blocks torchvision builds alike. */
export const mobilenet: Family = { torchvision: { rules: { "/block/body/": "/block/", "/gate/": "/" } } };
