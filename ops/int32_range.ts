import { precededBy } from "./native.ts";

/** The attributes of tfjs's kernels that TensorFlow takes as int32 tensors. */
const asTensors: Readonly<Record<string, readonly string[]>> = {
  BatchToSpaceND: ["blockShape", "crops"],
  Bincount: ["size"],
  CropAndResize: ["cropSize"],
  Cumprod: ["axis"],
  Cumsum: ["axis"],
  Fill: ["shape"],
  MirrorPad: ["paddings"],
  OneHot: ["depth"],
  PadV2: ["paddings"],
  Reshape: ["shape"],
  ResizeBilinear: ["size"],
  ResizeNearestNeighbor: ["size"],
  ScatterNd: ["shape"],
  Slice: ["begin", "size"],
  SpaceToBatchND: ["blockShape", "paddings"],
  SparseToDense: ["outputShape"],
  StridedSlice: ["begin", "end", "strides"],
  Tile: ["reps"],
  UnsortedSegmentSum: ["numSegments"],
};

/**
 * Makes those kernels refuse numbers that an int32 cannot hold. tfjs cuts them to 32 bits, which turns 2³² + 1 into 1.
 *
 * @throws {RangeError} from the kernel, which names the attribute and the number
 */
export const rangeKernels = () =>
  Object.entries(asTensors).map(([kernel, names]) =>
    precededBy(kernel, ({ attrs }) => {
      const given: Readonly<Record<string, unknown>> = { ...attrs };
      for (const name of names) check(given[name], `${kernel}: ${name}`);
    })
  );

function check(value: unknown, place: string): void {
  if (Array.isArray(value)) {
    for (const item of value) check(item, place);
  } else if (typeof value === "number" && Math.abs(value) >= 2 ** 31) {
    throw new RangeError(`${place} has ${value}, and TensorFlow takes integers of 32 bits; keep it below 2^31`);
  }
}
