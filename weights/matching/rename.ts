import type { Model } from "../../dsl/compile/compile.ts";
import { headOf } from "../../dsl/compile/tree.ts";
import { dialectOf, type Written } from "./dialect.ts";
import { elementCount, type StoredTensor } from "../dtype.ts";
import { batchesTrackedBeside, type Library } from "../names/naming.ts";

/** A model's weights, on their way out. */
export interface Renamed {
  readonly model: Model;
  /** In the registry. */
  readonly name: string;
  readonly library: Library;
  /** Steps of training, which PyTorch counts beside each batch norm. */
  readonly step: number;
  /** The values of a parameter. */
  read(path: string): Promise<Float32Array<ArrayBuffer>>;
}

/**
 * A model's weights under a library's names, those of its classifier, and in its layout, fetched one at a time.
 *
 * @throws {UserError} where the library has no such model
 */
export function renamed({ model, name, library, step, read }: Renamed): StoredTensor[] {
  const { written, base = "" } = dialectOf(model, name, library), head = headOf(model.tree);
  return [...written].flatMap(([path, parameter]) =>
    tensorsOf(path, parameter, { step, read }).map((tensor) =>
      head.has(path) ? tensor : { ...tensor, name: base + tensor.name }
    )
  );
}

function tensorsOf(
  path: string,
  { names, bias, layout }: Written,
  { step, read }: Pick<Renamed, "step" | "read">,
): StoredTensor[] {
  const [first, ...rest] = layout.shape;
  const shape = names.length === 1 ? layout.shape : [first / names.length, ...rest];
  const count = elementCount(shape) ?? 0;
  return names.flatMap((name, i): StoredTensor[] => {
    const data = async () => {
      const values = layout.theirs(await read(path));
      return values.length === count ? values : values.subarray(i * count, (i + 1) * count);
    };
    const tracked = batchesTrackedBeside(name);
    return [
      { name, dtype: "F32", shape, data },
      // What it would add is in the running mean.
      ...(bias === undefined
        ? []
        : [{ name: bias, dtype: "F32", shape, data: () => new Float32Array(count) } as const]),
      ...(tracked
        ? [{ name: tracked, dtype: "I64", shape: [], data: () => BigInt64Array.of(BigInt(step)) } as const]
        : []),
    ];
  });
}
