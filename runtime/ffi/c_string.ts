const encoder = new TextEncoder();
const interned = new Map<string, Uint8Array<ArrayBuffer>>();

/** UTF-8 bytes of a text with a closing zero, kept for the next call: op and attribute names recur by the thousand. */
export function cString(text: string): Uint8Array<ArrayBuffer> {
  let bytes = interned.get(text);
  if (!bytes) interned.set(text, bytes = encoder.encode(`${text}\0`));
  return bytes;
}

/** The text at a C pointer. */
export function fromCString(pointer: Deno.PointerValue): string {
  return pointer === null ? "" : Deno.UnsafePointerView.getCString(pointer);
}
