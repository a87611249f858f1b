import type { Family, Naming } from "./naming.ts";

const torchvision: Naming = { rules: { "/body/": "/" } };

/** `torchxrayvision.datasets.default_pathologies`. */
const labels = [
  ...["Atelectasis", "Consolidation", "Infiltration", "Pneumothorax", "Edema", "Emphysema", "Fibrosis", "Effusion"],
  ...["Pneumonia", "Pleural_Thickening", "Cardiomegaly", "Nodule", "Mass", "Hernia", "Lung Lesion", "Fracture"],
  ...["Lung Opacity", "Enlarged Cardiomediastinum"],
];

/** torchxrayvision keeps the operating points of its 18 labels beside the weights. */
export const densenet: Family = {
  torchvision,
  timm: torchvision,
  torchxrayvision: { ...torchvision, mark: "op_threshs", labels },
};
