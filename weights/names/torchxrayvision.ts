import type { Naming } from "./naming.ts";

/** `torchxrayvision.datasets.default_pathologies`. */
const labels = [
  ...["Atelectasis", "Consolidation", "Infiltration", "Pneumothorax", "Edema", "Emphysema", "Fibrosis", "Effusion"],
  ...["Pneumonia", "Pleural_Thickening", "Cardiomegaly", "Nodule", "Mass", "Hernia", "Lung Lesion", "Fracture"],
  ...["Lung Opacity", "Enlarged Cardiomediastinum"],
];

/**
 * torchxrayvision's names for a model that it takes from torchvision: the same, and beside the weights the operating points of its 18
 * labels, `op_threshs`. `trainedOn` holds the collections that its `model_urls` name for models of the kind.
 */
export function torchxrayvision(torchvision: Naming, trainedOn?: readonly string[]): Naming {
  return { ...torchvision, mark: "op_threshs", labels, trainedOn };
}
