import { zipWriter } from "../../formats/zip_writer.ts";
import { replaceFile } from "../../formats/atomic_file.ts";
import { elementCount, type StoredTensor } from "../dtype.ts";
import { storageClasses } from "./pytorch_pickle.ts";

/**
 * Writes tensors as `torch.save` writes a state dict, for `torch.load(path, weights_only=True)`. One tensor is in
 * memory at a time, and the file appears whole or not at all. The metadata lie beside the tensors, where PyTorch does
 * not look.
 *
 * @throws {UserError} exit status 1, where the file cannot be written
 * @throws {TypeError} on an element type that PyTorch has no storage for
 */
export async function writePytorch(
  path: string,
  tensors: readonly StoredTensor[],
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const text = (value: string) => new TextEncoder().encode(value);
  const pickle = pickleOf(tensors);
  await replaceFile(path, async (append) => {
    const zip = zipWriter(append);
    await zip.add("archive/data.pkl", pickle);
    await zip.add("archive/byteorder", text("little"));
    for (const [i, { data }] of tensors.entries()) {
      const { buffer, byteOffset, byteLength } = await data();
      await zip.add(`archive/data/${i}`, new Uint8Array(buffer, byteOffset, byteLength));
    }
    await zip.add("archive/version", text("3\n"));
    await zip.add("archive/extra/thorax.json", text(JSON.stringify(metadata)));
    await zip.finish();
  });
}

/** Encodes an OrderedDict of names and tensors in protocol 2, with instructions that `unpickle.ts` reads. */
function pickleOf(tensors: readonly StoredTensor[]): Uint8Array<ArrayBuffer> {
  const dict = "ccollections\nOrderedDict\n)R";
  const items = tensors.map(({ name, shape, dtype }, i) => {
    const count = elementCount(shape), storage = storageClasses[dtype];
    if (count === undefined || !storage) throw new TypeError(`${name}: PyTorch has no ${dtype} [${shape}]`);
    const kind = ["(", string("storage"), `ctorch\n${storage}\n`, string(`${i}`), string("cpu"), integer(count), "tQ"];
    const view = [integer(0), ...tuple(shape), ...tuple(stridesOf(shape)), "\x89", dict];
    return [string(name), "ctorch._utils\n_rebuild_tensor_v2\n(", ...kind, ...view, "tR"].join("");
  });
  const code = ["\x80\x02", dict, "(", ...items, "u."].join("");
  return Uint8Array.from(code, (byte) => byte.charCodeAt(0));
}

const tuple = (sizes: readonly number[]) => ["(", ...sizes.map(integer), "t"];

/** Turns bytes into the characters of a string, as the pickle is assembled as text. */
const characters = (bytes: Uint8Array) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");

function little(bytes: 4 | 8, value: number): string {
  const view = new DataView(new ArrayBuffer(bytes));
  if (bytes === 4) view.setUint32(0, value, true);
  else view.setBigUint64(0, BigInt(value), true);
  return characters(new Uint8Array(view.buffer));
}

function string(text: string): string {
  const bytes = new TextEncoder().encode(text);
  return `X${little(4, bytes.length)}${characters(bytes)}`;
}

/** Encodes an integer as BININT, or as LONG1 from 2^31 on. */
const integer = (value: number) => value < 2 ** 31 ? `J${little(4, value)}` : `\x8a\x08${little(8, value)}`;

function stridesOf(shape: readonly number[]): number[] {
  return shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
}
