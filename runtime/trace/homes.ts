import type { Symbolic } from "./graph.ts";
import type { Leaf } from "./structure.ts";
import type { Slot } from "./trace.ts";

/** A donated tensor: where it stands in the arguments, and what it is in the trace. */
export interface Donated {
  readonly path: string;
  readonly slot: Slot;
}

/**
 * Which donated argument each returned value goes home to: the one that it is the value of, else the one at the same
 * path (among the results, or in a result that stands for one argument), else the first of its shape and dtype that nobody
 * took; the others are outputs of their own.
 */
export function matchSlots(
  leaves: readonly Leaf[],
  values: readonly (Symbolic | number)[],
  slots: readonly Donated[],
): (number | undefined)[] {
  const homes: (number | undefined)[] = new Array(values.length);
  const free = new Set(slots.keys());
  const claim = (fits: (value: Symbolic, leaf: Leaf, index: number) => boolean) => {
    values.forEach((value, position) => {
      if (typeof value === "number" || homes[position] !== undefined) return;
      for (const index of free) {
        if (!fits(value, leaves[position], index)) continue;
        homes[position] = index;
        free.delete(index);
        return;
      }
    });
  };
  claim((value, _, index) => {
    const { slot } = slots[index];
    return value === (slot.update?.value ?? slot.value);
  });
  const alike = (value: Symbolic, { slot }: Donated) =>
    !slot.update && value.dtype === slot.value.dtype && `${value.shape}` === `${slot.value.shape}`;
  claim((value, leaf, index) => alike(value, slots[index]) && leaf.path === slots[index].path);
  claim((value, leaf, index) => alike(value, slots[index]) && leaf.path === slots[index].path.replace(/^\/\d+/, ""));
  claim((value, _, index) => alike(value, slots[index]));
  return homes;
}
