import { assertEquals, assertRejects } from "@std/assert";
import { UserError } from "../../errors.ts";
import { needs } from "../../tests/needs.ts";
import { temporaryFolder } from "../../tests/temporary_folder.ts";
import { openWeights } from "../open_weights.ts";

const bytes = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const string = (value: string) => `U${String.fromCharCode(value.length)}${value}`; // as Python 2 writes it
const magic = "\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.", version = "\x80\x02M\xe9\x03.";
const machine = (little: boolean) => `\x80\x02}${string("little_endian")}${little ? "\x88" : "\x89"}s.`;
const long = (value: number) => String.fromCharCode(value) + "\0".repeat(7);
const floats = (...values: number[]) => String.fromCharCode(...new Uint8Array(Float32Array.from(values).buffer));

/** A float32 vector of three on a storage, as PyTorch 0.3 rebuilds it. */
const vector = (key: string, { kind = "FloatStorage", view = "N" } = {}) =>
  `ctorch._utils\n_rebuild_tensor\n((${string("storage")}ctorch\n${kind}\n${string(key)}${
    string("cuda:0")
  }K\x03${view}tQ` +
  `K\0(K\x03t(K\x01ttR`;

/** What is saved, the keys of its storages in the file's order, and their bytes. */
const file = (saved: string, keys: readonly string[], storages: string, little = true) =>
  bytes(`${magic}${version}${machine(little)}\x80\x02${saved}.\x80\x02](${keys.map(string).join("")}e.${storages}`);

Deno.test(
  "legacy: a file of Python 2 and PyTorch 0.3, storages in an order of their own",
  needs("read", "write"),
  async () => {
    using folder = temporaryFolder();
    const path = folder.file("a.pth.tar");
    // OrderedDict([["w", …], ["v", …]]), and a tensor of a type that is not read between the others
    const items = [["w", vector("1")], ["c", vector("2", { kind: "ComplexFloatStorage" })], ["v", vector("0")]];
    const dict = `ccollections\nOrderedDict\n((${
      items.map(([name, value]) => `](${string(name)}${value}e`).join("")
    }ltR`;
    const storages = `${long(3)}${"\0".repeat(24)}${long(3)}${floats(1, 2, 3)}${long(3)}${floats(4, 5, 6)}`;
    Deno.writeFileSync(path, file(`}${string("state_dict")}${dict}s`, ["2", "1", "0"], storages));
    using opened = await openWeights(path);
    assertEquals([...opened.tensors.keys()], ["state_dict.w", "state_dict.v"]);
    assertEquals(await opened.read("state_dict.w"), Float32Array.of(1, 2, 3));
    assertEquals(await opened.read("state_dict.v"), Float32Array.of(4, 5, 6));
    assertEquals(opened.notes?.[1], "skipped, and never run: state_dict.c (torch.ComplexFloatStorage)");
  },
);

Deno.test("legacy: every other file is one line, exit status 2", needs("read", "write"), async () => {
  using folder = temporaryFolder();
  const path = folder.file("a.pth"), one = `}${string("w")}${vector("0")}s`, good = `${long(3)}${floats(1, 2, 3)}`;
  const rows: [Uint8Array, string][] = [
    [file(one, ["0"], good).subarray(0, 60), "its pickle is truncated. Copy or download it again"],
    [file(one, ["0"], good).subarray(0, -1), 'its storage "0" has 3 elements, which the file does not hold'],
    [file(one, ["0"], ""), 'its storage "0" is missing: the file is cut off'],
    [file(one, ["0"], "\xff".repeat(8)), 'its storage "0" has -1 elements, which the file does not hold'],
    [file(one, [], ""), 'tensor "w" lies in the storage "0", which is not in the file'],
    [file(one, ["9"], good), 'its storage "9" is not described by its pickle'],
    [
      file(one, ["0"], `${long(2)}${floats(1, 2)}`),
      "lies in a storage of 3 elements (F32), and the file has 8 bytes of it",
    ],
    [file(one, ["0"], good, false), "was written on a big-endian machine"],
    [file(`}${string("w")}${vector("0", { view: "(t" })}s`, ["0"], good), "has a storage that is part of another"],
    [file(`cposix\nsystem\n(${string("id")}tR`, [], ""), "wants to call posix.system; weights need no such thing"],
    [file("K\x01", [], ""), "holds no state dict"],
    [bytes(`${version}${version}`), "is a pickle, and not one of torch.save"],
  ];
  for (const [content, message] of rows) {
    Deno.writeFileSync(path, content);
    const error = await assertRejects(() => openWeights(path), UserError, message);
    assertEquals(
      [error.message.startsWith(path), error.message.includes("\n"), error.exitStatus],
      [true, false, 2],
      message,
    );
  }
});
