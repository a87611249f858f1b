import type { Tensor } from "@tensorflow/tfjs-core";
import { nativeBackend } from "./native.ts";

/**
 * What `fn`, of element-wise ops and sums, makes of tensors: op by op, or in a traced function by one pass over the memory. `name`
 * stands for the function and for whatever it does not take as an input.
 */
export function fuse<I extends readonly Tensor[]>(name: string, inputs: I, fn: (...inputs: I) => Tensor[]): Tensor[] {
  const untyped = fn as unknown as (...inputs: Tensor[]) => Tensor[];
  return nativeBackend()?.fuse(name, [...inputs], untyped) ?? fn(...inputs);
}
