/** Normalizes a text that serves as a key, such as a label or a file name: composed Unicode (NFC), no white space around it. */
export function normalizeKey(text: string): string {
  return text.normalize("NFC").trim();
}

/** Reduces a label to what must differ from every other label: `Pleural_Thickening` → `pleuralthickening`. */
export function withoutSeparators(label: string): string {
  return label.toLowerCase().replaceAll(/[\s_-]/g, "");
}
