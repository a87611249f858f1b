import type { Tensor } from "@tensorflow/tfjs-core";
import { nativeBackend } from "./native.ts";

/**
 * Runs `fn`, which consists of element-wise ops and sums: op by op, or in a traced function in one pass over the
 * memory. `name` identifies the function and every value that it does not take as an input.
 */
export function fuse<I extends readonly Tensor[]>(name: string, inputs: I, fn: (...inputs: I) => Tensor[]): Tensor[] {
  const untyped = fn as unknown as (...inputs: Tensor[]) => Tensor[];
  return nativeBackend()?.fuse(name, [...inputs], untyped) ?? fn(...inputs);
}
