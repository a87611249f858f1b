/** Computes the gray of a color as in Pillow's mode "L", with 16 fraction bits: divide by 65536 for the scale of the color. */
export function luma(red: number, green: number, blue: number): number {
  return red * 19595 + green * 38470 + blue * 7471;
}

/** Computes the {@linkcode luma} of bytes, rounded to a byte as Pillow rounds it. */
export function byteLuma(red: number, green: number, blue: number): number {
  return (luma(red, green, blue) + 0x8000) >> 16;
}
