/** One gray image: a byte per pixel, or a float on the same scale 0…255 where the file was deeper than 8 bits. */
export interface Plane {
  /** Pixels of a row. */
  readonly width: number;
  /** Number of rows. */
  readonly height: number;
  /** `[height, width]`, from 0, black, to 255, the full scale of the file's bit depth. */
  readonly pixels: Uint8Array<ArrayBuffer> | Float32Array<ArrayBuffer>;
}
