import { assertEquals, assertThrows } from "@std/assert";
import { UserError } from "../errors.ts";
import { readNpy } from "./npy.ts";

/** Makes a `.npy` file as NumPy writes it. */
function npy(header: string, data: ArrayBufferView<ArrayBuffer>, version = 1): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(header.padEnd(117) + "\n");
  const length = version === 1 ? [text.length, 0] : [text.length, 0, 0, 0];
  const body = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return Uint8Array.of(0x93, ...new TextEncoder().encode("NUMPY"), version, 0, ...length, ...text, ...body);
}
const header = (descr: string, shape: string, fortran = "False") =>
  `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }`;

Deno.test("readNpy: shape, type and elements, aligned or not, of each format version", () => {
  const floats = Float32Array.of(1.5, -2, 3, 4, 5, 6);
  for (const version of [1, 2, 3]) {
    assertEquals(readNpy(npy(header("<f4", "(2, 3)"), floats, version)), {
      shape: [2, 3],
      dtype: "float32",
      data: floats,
    });
  }
  assertEquals(readNpy(npy(header("<f8", "(1,)"), Float64Array.of(0.1))).data, Float64Array.of(0.1));
  assertEquals(readNpy(npy(header("|u1", "(3,)"), Uint8Array.of(1, 2, 255))).data, Uint8Array.of(1, 2, 255));
  assertEquals(readNpy(npy(header("<i4", "()"), Int32Array.of(-7))), {
    shape: [],
    dtype: "int32",
    data: Int32Array.of(-7),
  });
  assertEquals(readNpy(npy(header("<i8", "(2,)"), BigInt64Array.of(-7n, 9n))).data, Float64Array.of(-7, 9));
});

Deno.test("readNpy: big-endian elements are turned round, and the file's bytes stay", () => {
  const bytes = Uint8Array.of(0x3f, 0xc0, 0, 0, 0xc0, 0, 0, 0); // 1.5, -2
  const file = npy(header(">f4", "(2,)"), bytes), before = file.slice();
  assertEquals(readNpy(file), { shape: [2], dtype: "float32", data: Float32Array.of(1.5, -2) });
  assertEquals(file, before);
  assertEquals(readNpy(npy(header(">i2", "(2,)"), Uint8Array.of(1, 2, 0xff, 0xfe))).data, Int16Array.of(258, -2));
  assertEquals(readNpy(npy(header(">f2", "(1,)"), Uint8Array.of(0x3c, 0))).data, Float16Array.of(1));
  assertEquals(
    readNpy(npy(header(">i8", "(1,)"), Uint8Array.of(0, 0, 0, 0, 0, 0, 1, 0))).data,
    Float64Array.of(256),
  );
});

Deno.test("readNpy: each other file is one line", () => {
  const message = (bytes: Uint8Array<ArrayBuffer>) => assertThrows(() => readNpy(bytes, "x.npy"), UserError).message;
  const floats = Float32Array.of(1, 2, 3, 4);
  assertEquals(message(new Uint8Array(20)), "x.npy is not a NumPy array file: it does not begin with \\x93NUMPY");
  assertEquals(
    message(npy(header("<f4", "(3, 3)"), floats)),
    "x.npy says it is float32 [3, 3], which takes 36 bytes, and 16 follow its header",
  );
  assertEquals(
    message(npy(header("<f4", "(2, 2)", "True"), floats)),
    "x.npy is stored column by column (Fortran order). Save numpy.ascontiguousarray(array) instead",
  );
  assertEquals(
    message(npy(header("<c8", "(2,)"), floats)),
    'x.npy has elements of type <c8. Save it as numbers, in Python: numpy.save(FILE, array.astype("float32"))',
  );
  assertEquals(
    message(npy(header("|O", "(4,)"), floats)),
    'x.npy has elements of type |O. Save it as numbers, in Python: numpy.save(FILE, numpy.stack(array).astype("float32"))',
  );
  assertEquals(
    message(npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (4,)}", floats)).startsWith(
      "x.npy is not a plain array (its header is {'descr': [('a'",
    ),
    true,
  );
  assertEquals(
    message(npy(header("<f4", "(4,)"), floats).slice(0, 60)),
    "x.npy is truncated: it ends inside its header",
  );
});
