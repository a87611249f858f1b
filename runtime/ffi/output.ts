/** `TF_Output` structs: the address of a node, and the index of one of its outputs. */
export type Outputs = Uint8Array<ArrayBuffer>;

const size = 16;

/** Returns the `TF_Output` of a node. */
export function outputOf(operation: Deno.PointerObject, index: number): Outputs {
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, Deno.UnsafePointer.value(operation), true);
  view.setInt32(8, index, true);
  return bytes;
}

/** Packs several outputs into a C array, which is never empty. */
export function packed(values: readonly { readonly output: Outputs }[]): Outputs {
  const bytes = new Uint8Array(size * Math.max(1, values.length));
  values.forEach(({ output }, index) => bytes.set(output, size * index));
  return bytes;
}
