/** A color's gray as Pillow's mode "L" has it, with 16 fraction bits: divided by 65536 it is on the scale of the color. */
export function luma(red: number, green: number, blue: number): number {
  return red * 19595 + green * 38470 + blue * 7471;
}

/** {@linkcode luma} of bytes, rounded to a byte as Pillow rounds it. */
export function byteLuma(red: number, green: number, blue: number): number {
  return (luma(red, green, blue) + 0x8000) >> 16;
}
