/**
 * Writes a float32 with as few digits as identify it, between six and nine.
 *
 * @example
 * ```ts
 * import { shortFloat32 } from "./short_float32.ts";
 * console.assert(shortFloat32(Math.fround(0.1)) === "0.1");
 * ```
 */
export function shortFloat32(value: number): string {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(Number(value.toPrecision(9)));
}
