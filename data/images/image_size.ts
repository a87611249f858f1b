/** The greatest number of pixels of an image: 8192². A film of 35 × 43 cm scanned at 50 µm has 60 million. */
export const maxPixels = 2 ** 26;

/**
 * Checks the size that an image's header claims, before any memory is allocated: a small file can claim, and inflate to, gigabytes.
 *
 * @throws {Error} for an empty image, and one above the limit
 */
export function checkImageSize(width: number, height: number): void {
  if (width === 0 || height === 0) throw new Error("an image of no size");
  if (width * height > maxPixels) {
    throw new Error(`${width} × ${height} pixels, and the limit is ${maxPixels} (8192 × 8192); make it smaller`);
  }
}
