/**
 * Makes a record with the same keys and other values.
 *
 * @example
 * ```ts
 * import { mapValues } from "./map_values.ts";
 * console.assert(mapValues({ a: 1, b: 2 }, (value) => 10 * value).b === 20);
 * ```
 */
export function mapValues<V, W>(
  record: Readonly<Record<string, V>>,
  map: (value: V, key: string) => W,
): Record<string, W> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
}
