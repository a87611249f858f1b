import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from "@zip.js/zip.js";
import { assertEquals, assertRejects } from "@std/assert";
import { UserError } from "../../errors.ts";
import { zipWriter } from "../../formats/zip_writer.ts";
import { needs } from "../../tests/needs.ts";
import { temporaryFolder } from "../../tests/temporary_folder.ts";
import { replaceFile } from "../../formats/atomic_file.ts";
import type { StoredTensor } from "../dtype.ts";
import { openWeights } from "../open_weights.ts";
import { writePytorch } from "./pytorch_writer.ts";

const text = (value: string) => Uint8Array.from(value, (character) => character.charCodeAt(0));

/** A file of `torch.save` with a pickle, byte by byte, and one storage, "0". */
async function torchFile(
  path: string,
  pickle: string,
  storage: Uint8Array<ArrayBuffer> = new Uint8Array(24),
  members: Readonly<Record<string, Uint8Array<ArrayBuffer>>> = {},
) {
  await replaceFile(path, async (append) => {
    const zip = zipWriter(append);
    await zip.add("m/data.pkl", text(pickle));
    await zip.add("m/data/0", storage);
    for (const [name, bytes] of Object.entries(members)) await zip.add(name, bytes);
    await zip.finish();
  });
}

/** As pickletools would write them. */
const string = (value: string) => `X${String.fromCharCode(value.length)}\0\0\0${value}`;
const tuple = (...items: string[]) => `(${items.join("")}t`;
const global = (module: string, name: string) => `c${module}\n${name}\n`;
const int = (value: number) => `K${String.fromCharCode(value)}`;
const long = (exponent: number) =>
  `\x8a\x08${"\0".repeat(exponent >> 3)}${String.fromCharCode(1 << (exponent & 7))}`.padEnd(10, "\0");
const ints = (...values: number[]) => tuple(...values.map(int));

interface TensorFields {
  readonly storage?: string;
  readonly count?: string;
  readonly key?: string;
  readonly offset?: string;
  readonly shape?: string;
  readonly strides?: string;
}

/** A float32 tensor `[2, 3]` on a storage of 6, but for what is said. */
function tensor({ storage = "FloatStorage", count = int(6), key = "0", ...view }: TensorFields = {}): string {
  const { offset = int(0), shape = ints(2, 3), strides = ints(3, 1) } = view;
  const id = tuple(string("storage"), global("torch", storage), string(key), string("cpu"), count);
  return `${global("torch._utils", "_rebuild_tensor_v2")}(${id}Q${offset}${shape}${strides}\x89NtR`;
}

const dict = (...items: string[]) => `}(${items.join("")}u`;
/** A list of two lists that are one, and so on, 40 deep: 330 bytes, and 2^40 commas as text. */
const doublings = Array.from({ length: 41 }, (_, i) => {
  const item = i === 0 ? "" : `h${String.fromCharCode(i - 1)}`;
  return `(${item}${item}lq${String.fromCharCode(i)}`;
}).join("");
/** 70 tensors under a name of 2^20 letters. */
const longNames = `}(X\0\0\x10\0${"a".repeat(2 ** 20)}${
  dict(...Array.from({ length: 70 }, (_, i) => string(`${i}`) + (i === 0 ? `${tensor()}q\x00` : "h\x00")))
}u`;
const pickle = (value: string) => `\x80\x02${value}.`;
const six = new Uint8Array(Float32Array.of(1, 2, 3, 4, 5, 6).buffer);

/** A file of `torch.save` that was packed anew, its members deflated. */
async function packedAnew(path: string, members: Readonly<Record<string, Uint8Array>>): Promise<void> {
  const zip = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false, level: 1 });
  for (const [name, bytes] of Object.entries(members)) await zip.add(name, new Uint8ArrayReader(bytes));
  Deno.writeFileSync(path, await zip.close());
}

Deno.test("pytorch: storages of an archive that was packed anew are inflated", needs("read", "write"), async () => {
  using folder = temporaryFolder();
  const path = folder.file("a.pt");
  const second = tensor({ key: "1" }), part = tensor({ key: "1", offset: int(2), shape: ints(2), strides: ints(1) });
  await packedAnew(path, {
    "m/data.pkl": text(pickle(dict(string("a"), tensor(), string("b"), second, string("c"), part))),
    "m/data/0": six,
    "m/data/1": new Uint8Array(Float32Array.of(6, 5, 4, 3, 2, 1).buffer),
  });
  using file = await openWeights(path);
  const values = async (name: string) => [...await file.read(name)];
  assertEquals([await values("a"), await values("c")], [[1, 2, 3, 4, 5, 6], [4, 3]]);
  assertEquals([await values("b"), await values("c")], [[6, 5, 4, 3, 2, 1], [4, 3]]);
  // 2^25 zeros are nobody's weights
  await packedAnew(path, {
    "m/data.pkl": text(pickle(dict(string("w"), tensor({ count: `J\0\0\0\x02` })))),
    "m/data/0": new Uint8Array(2 ** 27),
  });
  using zeros = await openWeights(path);
  const { message } = await assertRejects(() => zeros.read("w"), UserError);
  assertEquals(message.startsWith(`${path}, storage "0", would take ${2 ** 27} bytes, out of `), true, message);
});

Deno.test("pytorch: plain, nested, strided and half-width tensors", needs("read", "write"), async () => {
  using folder = temporaryFolder();
  const path = folder.file("a.pt");
  const read = async (value: string, name: string) => {
    await torchFile(path, pickle(value), six);
    using file = await openWeights(path);
    return [file.format, file.tensors.get(name)?.shape, [...await file.read(name)]];
  };
  assertEquals(await read(dict(string("w"), tensor()), "w"), ["PyTorch", [2, 3], [1, 2, 3, 4, 5, 6]]);
  const transposed = tensor({ shape: ints(3, 2), strides: ints(1, 3) });
  assertEquals(await read(dict(string("w"), transposed), "w"), ["PyTorch", [3, 2], [1, 4, 2, 5, 3, 6]]);
  const column = tensor({ offset: int(1), shape: ints(2), strides: ints(3) });
  assertEquals(await read(dict(string("w"), column), "w"), ["PyTorch", [2], [2, 5]]);
  const nested = dict(string("epoch"), int(3), string("state_dict"), dict(string("w"), tensor()));
  assertEquals(await read(nested, "state_dict.w"), ["PyTorch", [2, 3], [1, 2, 3, 4, 5, 6]]);
  const list = dict(string("models"), `](${dict(string("w"), tensor())}${int(1)}e`);
  assertEquals(await read(list, "models.0.w"), ["PyTorch", [2, 3], [1, 2, 3, 4, 5, 6]]);
  const halves = tensor({ storage: "BFloat16Storage", count: int(12), shape: ints(2), strides: ints(1) });
  assertEquals(await read(dict(string("w"), halves), "w"), ["PyTorch", [2], [0, 1]]);
});

Deno.test("pytorch: every hostile file is one line, exit status 2", needs("read", "write"), async () => {
  using folder = temporaryFolder();
  const path = folder.file("a.pt");
  const one = (fields: TensorFields) => dict(string("w"), tensor(fields));
  const call = `${global("posix", "system")}(${string("echo pwned > pwned")}tR`;
  const rows: [name: string, value: string, message: string][] = [
    ["a call", call, "wants to call posix.system; weights need no such thing. In Python, save the tensors alone: "],
    ["a call inside", dict(string("w"), tensor(), string("x"), call), "wants to call posix.system"],
    ["a call by name", `${string("os")}${string("system")}\x93.`, "wants to call os.system"],
    [
      "subprocess in protocol 2",
      dict(string("w"), tensor(), string("x"), `${global("commands", "Popen")}]${string("ls")}a\x85R`),
      "wants to call commands.Popen; weights need no such thing",
    ],
    [
      "NumPy's arrays",
      dict(string("w"), `${global("numpy._core.multiarray", "_reconstruct")})R`),
      "holds no tensors by name, but w (numpy._core.multiarray._reconstruct). In Python, save a dict of NumPy's arrays as " +
      "such: numpy.savez(FILE, **arrays)",
    ],
    ["a whole module", `${global("torchvision.models.resnet", "ResNet")})\x81`, "torchvision.models.resnet.ResNet"],
    ["a call of a storage", `${global("torch", "FloatStorage")})R`, "it calls what is not a function"],
    ["an instruction of old", "S'x'\n", "holds more than plain values (instruction 0x53)"],
    ["a truncated pickle", "X\xff\xff\xff\x7f", "its pickle is truncated"],
    ["an endless frame", "\x95\xff\xff\xff\xff\xff\xff\xff\x7fX\xff", "its pickle is truncated"],
    ["an empty stack", "", "it takes from an empty stack"],
    ["no mark", ")u", "a mark is missing"],
    ["an unkept memo", "h\x07", "it recalls a value that it never stored"],
    ["a number past 2^53", `\x8a\x08${"\xff".repeat(7)}\x7f`, "holds no state dict"],
    [
      "a size past 2^53",
      one({ shape: tuple(`\x8a\x08${"\xff".repeat(7)}\x7f`) }),
      "a tensor without a storage, offset, ",
    ],
    ["a dict in itself", `}q\x00${string("a")}h\x00s`, "holds no tensors by name"],
    ["names without end", longNames, "has longer names than weights have"],
    [
      "one name by two ways",
      dict(string("a.w"), tensor(), string("a"), dict(string("w"), tensor())),
      'names "a.w" twice',
    ],
    ["no dict", "]", "holds no state dict"],
    ["a nested list for a key, twice", `}(${doublings}N\x68\x28Nu`, "its pickle names something twice"],
    ["a nested list for a module", `${doublings}${string("a")}\x93`, "it names a class by what is not a string"],
    ["a nested list for a name", `${string("a")}${doublings}\x93`, "it names a class by what is not a string"],
    [
      "a nested list for a storage's key",
      `${tuple(string("storage"), global("torch", "FloatStorage"), doublings, string("cpu"), int(6))}Q`,
      "a storage without a type, key or length",
    ],
    ["no end of instructions", "}".repeat(2 ** 20), "its pickle has more than 1048576 instructions"],
    ["more axes than PyTorch has", one({ shape: ints(...Array(65).fill(1)) }), "a tensor without a storage, offset, "],
    ["no tensors", dict(string("w"), int(1)), "holds no tensors by name"],
    ["a name twice", dict(string("w"), tensor(), string("w"), tensor()), 'its pickle names "w" twice'],
    ["a shape of 2^50", one({ shape: tuple(long(50)), strides: ints(1) }), "reaches past its storage of 6"],
    ["a shape of 2^60", one({ shape: tuple(long(30), long(30)), strides: ints(0, 0) }), 'tensor "w" has the shape'],
    ["an expanded one", one({ shape: tuple(long(40)), strides: ints(0) }), "reaches past its storage of 6 elements"],
    ["a negative size", one({ shape: tuple("J\xff\xff\xff\xff"), strides: ints(1) }), 'tensor "w" has the shape [-1]'],
    ["a size of a half", one({ shape: tuple("G?\xe0\0\0\0\0\0\0"), strides: ints(1) }), "has the shape [0.5]"],
    ["too long a stride", one({ strides: ints(4, 1) }), "reaches past its storage of 6 elements"],
    ["too far an offset", one({ offset: int(1) }), "reaches past its storage of 6 elements"],
    ["strides of another rank", one({ strides: ints(1) }), "has the shape [2, 3]"],
    [
      "a longer storage",
      one({ count: long(40) }),
      "lies in a storage of 1099511627776 elements (F32), and the file has 24",
    ],
    ["no such storage", one({ key: "../0" }), 'lies in the storage "../0", which is not in the file'],
    [
      "complex numbers",
      one({ storage: "ComplexFloatStorage" }),
      "no tensors by name, but w (torch.ComplexFloatStorage)",
    ],
  ];
  for (const [name, value, message] of rows) {
    await torchFile(path, name === "a truncated pickle" ? value : pickle(value));
    const error = await assertRejects(() => openWeights(path), UserError, message);
    assertEquals(
      [error.message.startsWith(path), error.message.includes("\n"), error.exitStatus],
      [true, false, 2],
      name,
    );
  }
  assertEquals(folder.names(), ["a.pt"]);
});

Deno.test("pytorch: other files are told what to do about it", needs("read", "write"), async () => {
  using folder = temporaryFolder();
  const path = folder.file("a.pth");
  const rows: [Uint8Array<ArrayBuffer>, string][] = [
    [
      text("\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."),
      "a.pth: its pickle is truncated. Copy or download it again",
    ],
    [text("\x80\x02}."), "is a pickle, and not one of torch.save. In Python, save the tensors alone: torch.save("],
    [
      // `pickle.dump(state_dict)`: each tensor is a file of torch.save's older form
      text(
        `\x80\x04}${string("w")}${
          global("torch.storage", "_load_from_bytes")
        }B\x0f\0\0\0\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.\x85Rs.`,
      ),
      "is a pickle, and not one of torch.save. In Python, save the tensors alone: torch.save(model.state_dict(), FILE)",
    ],
    [
      text(`\x80\x04}${string("w")}${global("numpy._core.multiarray", "_reconstruct")})Rs.`),
      "is a pickle, and not one of torch.save. In Python, save a dict of NumPy's arrays as such: numpy.savez(FILE, **arrays)",
    ],
    [text("PK\x03\x04 and no more"), "is a damaged archive"],
    [
      text("epoch,step,split\n"),
      "is not a file of weights: Thorax reads safetensors, PyTorch's .pt and .pth, and NumPy's .npz",
    ],
    [new Uint8Array(0), "is not a file of weights"],
  ];
  for (const [bytes, message] of rows) {
    Deno.writeFileSync(path, bytes);
    await assertRejects(() => openWeights(path), UserError, message);
  }
  for (
    const [order, message] of [["big", "a.pth was written on a big-endian machine"], ["little", undefined]] as const
  ) {
    await torchFile(path, pickle(dict(string("w"), tensor())), six, { "m/byteorder": text(order) });
    if (message === undefined) (await openWeights(path))[Symbol.dispose]();
    else await assertRejects(() => openWeights(path), UserError, message);
  }
  await torchFile(path, pickle(dict(string("w"), tensor())), six, { "m/constants.pkl": text("") });
  await assertRejects(
    () => openWeights(path),
    UserError,
    "a.pth is a program of TorchScript. In Python, save its tensors: torch.save(torch.jit.load(FILE)",
  );
  await torchFile(
    path,
    pickle(dict(string("w"), tensor({ storage: "LongStorage", count: int(3), shape: ints(3), strides: ints(1) }))),
  );
  using file = await openWeights(path);
  await assertRejects(() => file.read("w"), UserError, 'tensor "w" holds integers (I64), not floating-point numbers');
  await assertRejects(() => file.read("v"), UserError, 'holds no tensor "v"');
});

Deno.test("pytorch: what is written is read, aligned, metadata included", needs("read", "write"), async () => {
  using folder = temporaryFolder();
  const path = folder.file("a.pt");
  const tensors: StoredTensor[] = [
    { name: "conv.weight", dtype: "F32", shape: [2, 3, 1, 1], data: () => Float32Array.of(1, 2, 3, 4, 5, 6) },
    { name: "bn.num_batches_tracked", dtype: "I64", shape: [], data: () => BigInt64Array.of(7n) },
    { name: "ünï", dtype: "F16", shape: [2], data: () => Float16Array.of(0.5, -1) },
  ];
  await writePytorch(path, tensors, { thorax: "0.1.0" });
  using file = await openWeights(path);
  assertEquals(file.metadata, { thorax: "0.1.0" });
  assertEquals(Array.from(file.tensors, ([name, { dtype, shape }]) => [name, dtype, shape]), [
    ["conv.weight", "F32", [2, 3, 1, 1]],
    ["bn.num_batches_tracked", "I64", []],
    ["ünï", "F16", [2]],
  ]);
  assertEquals(await file.read("conv.weight"), Float32Array.of(1, 2, 3, 4, 5, 6));
  assertEquals(await file.read("ünï"), Float32Array.of(0.5, -1));
});
