const encoder = new TextEncoder();
const interned = new Map<string, Uint8Array<ArrayBuffer>>();

/** Encodes a text as UTF-8 with a closing zero. Results are cached, because names of ops and attributes recur by the thousand. */
export function cString(text: string): Uint8Array<ArrayBuffer> {
  let bytes = interned.get(text);
  if (!bytes) interned.set(text, bytes = encoder.encode(`${text}\0`));
  return bytes;
}

/** Reads the text at a C pointer; the empty text at a null pointer. */
export function fromCString(pointer: Deno.PointerValue): string {
  return pointer === null ? "" : Deno.UnsafePointerView.getCString(pointer);
}
