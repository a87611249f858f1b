/** The label of a normal film. */
export const noFindingName = "No Finding";

/** The 15 labels of NIH ChestX-ray14, in the order of every model's outputs unless the data bring a `label_dict.txt`. */
export const nihLabels: readonly string[] = Object.freeze([
  "Atelectasis",
  "Cardiomegaly",
  "Effusion",
  "Infiltration",
  "Mass",
  "Nodule",
  "Pneumonia",
  "Pneumothorax",
  "Consolidation",
  "Edema",
  "Emphysema",
  "Fibrosis",
  "Pleural_Thickening",
  "Hernia",
  noFindingName,
]);
