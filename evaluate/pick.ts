/**
 * Returns the elements of a list at some indices, in the order of the indices.
 *
 * @throws {RangeError} for an index at which the list has no element
 */
export function pick<T extends object>(list: readonly T[], indices: readonly number[]): T[] {
  return indices.map((index) => {
    const element = list[index];
    if (element === undefined) throw new RangeError(`there is no element ${index} in a list of ${list.length}`);
    return element;
  });
}
