import type { Family } from "./naming.ts";

/**
 * Of MobileNetV3 and EfficientNet, whose blocks torchvision builds alike. timm's MobileNetV3 is another model: the ε of its batch norms
 * is 1e-5, and torchvision's 1e-3.
 */
export const mobilenet: Family = { torchvision: { rules: { "/block/body/": "/block/", "/gate/": "/" } } };
