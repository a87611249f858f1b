/** One grey image. A byte per pixel, or, where the file was deeper than 8 bits, a float on the same scale 0…255. */
export interface Plane {
  readonly width: number;
  readonly height: number;
  /** `[height, width]`, 0 black, 255 the full scale of the file's bit depth. */
  readonly pixels: Uint8Array<ArrayBuffer> | Float32Array<ArrayBuffer>;
}
