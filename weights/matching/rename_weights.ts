import { headOf } from "../../dsl/compile/tree.ts";
import { elementCount, type StoredTensor } from "../dtype.ts";
import { batchCounterOf, type Library } from "../names/naming.ts";
import { type KeyMapEntry, keyMapOf, type NamedModel } from "./key_map.ts";

/** A model's weights, and the library whose names they get. */
export interface RenameOptions extends NamedModel {
  readonly library: Library;
  /** The steps of training, which PyTorch counts beside each batch norm. */
  readonly step: number;
  /** Reads the values of a parameter. */
  read(path: string): Promise<Float32Array<ArrayBuffer>>;
}

/**
 * Puts a model's weights under the names of a library's classifier, and in its layout. They are read one at a time, as
 * they are written.
 *
 * @throws {UserError} where the library has no names for the model
 */
export function renameWeights({ library, step, read, ...named }: RenameOptions): StoredTensor[] {
  const { entries, naming: { base = "" } } = keyMapOf(named, library), head = headOf(named.model.tree);
  return [...entries].flatMap(([path, entry]) =>
    tensorsOf(path, entry, { step, read }).map((tensor) =>
      head.has(path) ? tensor : { ...tensor, name: base + tensor.name }
    )
  );
}

function tensorsOf(
  path: string,
  { names, bias, layout }: KeyMapEntry,
  { step, read }: Pick<RenameOptions, "step" | "read">,
): StoredTensor[] {
  const [first = 1, ...rest] = layout.shape;
  const shape = names.length === 1 ? layout.shape : [first / names.length, ...rest];
  const count = elementCount(shape) ?? 0;
  return names.flatMap((name, i): StoredTensor[] => {
    const data = async () => {
      const values = layout.toTorch(await read(path));
      return values.length === count ? values : values.subarray(i * count, (i + 1) * count);
    };
    const tensors: StoredTensor[] = [{ name, dtype: "F32", shape, data }], counter = batchCounterOf(name);
    // A bias of zeros, as the running mean holds what it would add.
    if (bias !== undefined) tensors.push({ name: bias, dtype: "F32", shape, data: () => new Float32Array(count) });
    if (counter !== undefined) {
      tensors.push({ name: counter, dtype: "I64", shape: [], data: () => BigInt64Array.of(BigInt(step)) });
    }
    return tensors;
  });
}
