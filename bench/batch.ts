import { noise } from "../tests/parity/formula.ts";
import type { Job } from "./job.ts";

/** Makes the images of a job by the formula of the parity tests, `[N, H, W, 1]`. */
export function batchImages({ batchSize, size }: Job): Float32Array {
  const image = noise("image");
  return Float32Array.from({ length: batchSize * size * size }, (_, i) => image(i));
}

/** Makes the labels of a job, 0 or 1, `[N, classes]`. */
export function batchTargets({ batchSize, classes }: Job): Float32Array {
  const target = noise("target");
  return Float32Array.from({ length: batchSize * classes }, (_, i) => target(i) > 0.5 ? 1 : 0);
}
