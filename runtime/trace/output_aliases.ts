import type { SymbolicTensor } from "./graph.ts";
import type { Leaf } from "./structure.ts";
import type { GraphVariable } from "./trace.ts";

/** A donated tensor: its path in the arguments, and its variable in the graph. */
export interface DonatedInput {
  readonly path: string;
  readonly variable: GraphVariable;
}

/**
 * Decides which outputs reuse the memory of a donated input, as XLA's input-output aliasing does. An output takes, in this order,
 * the input that it is the value of; the input of its shape and dtype at the same path (among the results, or in a result that
 * stands for one argument); the first free input of its shape and dtype. Each input is taken once.
 *
 * @returns for each output the index of its donated input, or `undefined` for an output with memory of its own
 */
export function aliasOutputs(
  leaves: readonly Leaf[],
  values: readonly (SymbolicTensor | number)[],
  donated: readonly DonatedInput[],
): (number | undefined)[] {
  const aliases: (number | undefined)[] = values.map(() => undefined);
  const free = new Set(donated.keys());
  const claim = (fits: (value: SymbolicTensor, input: DonatedInput, leaf: Leaf) => boolean) => {
    values.forEach((value, position) => {
      if (typeof value === "number" || aliases[position] !== undefined) return;
      for (const index of free) {
        if (!fits(value, donated[index], leaves[position])) continue;
        aliases[position] = index;
        free.delete(index);
        return;
      }
    });
  };
  claim((value, { variable }) => value === (variable.update?.value ?? variable.value));
  claim((value, input, leaf) => isAlike(value, input) && leaf.path === input.path);
  claim((value, input, leaf) => isAlike(value, input) && leaf.path === input.path.replace(/^\/\d+/, ""));
  claim(isAlike);
  return aliases;
}

/** Whether an output may be assigned to a donated input, which nothing has overwritten yet. */
function isAlike(value: SymbolicTensor, { variable }: DonatedInput): boolean {
  return !variable.update && value.dtype === variable.value.dtype && `${value.shape}` === `${variable.value.shape}`;
}
