import type { Naming } from "./naming.ts";

/** `torchxrayvision.datasets.default_pathologies`. */
const labels = [
  "Atelectasis",
  "Consolidation",
  "Infiltration",
  "Pneumothorax",
  "Edema",
  "Emphysema",
  "Fibrosis",
  "Effusion",
  "Pneumonia",
  "Pleural_Thickening",
  "Cardiomegaly",
  "Nodule",
  "Mass",
  "Hernia",
  "Lung Lesion",
  "Fracture",
  "Lung Opacity",
  "Enlarged Cardiomediastinum",
];

/**
 * torchxrayvision's names for a model that it takes from torchvision. They are torchvision's; beside the weights its
 * files hold `op_threshs`, the operating points of its 18 labels.
 *
 * @param trainedOn the collections that its `model_urls` name for models of the family
 */
export function torchxrayvision(torchvision: Naming, trainedOn?: readonly string[]): Naming {
  return { ...torchvision, marker: "op_threshs", labels, trainedOn };
}
