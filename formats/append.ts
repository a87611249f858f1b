/** Writes bytes after those that are already written. */
export type Append = (bytes: Uint8Array<ArrayBuffer>) => Promise<void>;
