import { assertEquals, assertThrows } from "@std/assert";
import { UserError } from "../../errors.ts";
import { quote } from "../quote.ts";
import { encodeHeader, parseHeader } from "./safetensors_header.ts";

const parse = (header: unknown, dataBytes = 8) =>
  parseHeader(new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header)), {
    path: "a.safetensors",
    dataBytes,
  });
const entry = (begin: number, end: number, shape: unknown = [(end - begin) / 4], dtype: unknown = "F32") => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

Deno.test("safetensors header: the bytes of a small file, wide elements first, padded to 8", () => {
  const { bytes, tensors } = encodeHeader(
    [{ name: "b", dtype: "U8", shape: [3] }, { name: "0", dtype: "F32", shape: [] }] as const,
    { epoch: "3" },
  );
  const json = '{"__metadata__":{"epoch":"3"},"0":{"dtype":"F32","shape":[],"data_offsets":[0,4]},' +
    '"b":{"dtype":"U8","shape":[3],"data_offsets":[4,7]}}';
  const length = Math.ceil(json.length / 8) * 8;
  assertEquals([...bytes.subarray(0, 8)], [length, 0, 0, 0, 0, 0, 0, 0]);
  assertEquals(new TextDecoder().decode(bytes.subarray(8)), json.padEnd(length));
  assertEquals(tensors.map(({ name }) => name), ["0", "b"]);
});

Deno.test("safetensors header: names that objects treat specially survive, in the order of the data", () => {
  const described = ["__proto__", "10", "2", 'a"\n'].map((name) => ({ name, dtype: "I32", shape: [2] } as const));
  const { bytes } = encodeHeader(described, Object.fromEntries([["__proto__", "1"], ["constructor", "é"]]));
  const header = parseHeader(bytes.subarray(8), { path: "a", dataBytes: 32 });
  assertEquals([...header.tensors.keys()], ["__proto__", "10", "2", 'a"\n']);
  assertEquals(Object.entries(header.metadata), [["__proto__", "1"], ["constructor", "é"]]);
});

Deno.test("safetensors header: a caller's mistakes are TypeErrors that name the tensor", () => {
  const one = { name: "x", dtype: "F32", shape: [1] } as const;
  assertThrows(() => encodeHeader([one, one], {}), TypeError, 'the name "x" is taken');
  assertThrows(
    () => encodeHeader([{ ...one, name: "__metadata__" }], {}),
    TypeError,
    'the name "__metadata__" is taken',
  );
  assertThrows(() => encodeHeader([{ ...one, shape: [-2] }], {}), TypeError, '"x" has the shape [-2]');
});

Deno.test("safetensors header: each lie is one line that names the file and the tensor", () => {
  const lies: [unknown, string][] = [
    ["{", "its header is not a JSON object"],
    ["[]", "its header is not a JSON object"],
    ["[".repeat(1_000_000), "its header is not a JSON object"],
    [{ __metadata__: [] }, "its __metadata__ is not a JSON object"],
    [{ __metadata__: { a: 1 } }, 'its __metadata__ "a" is not a string'],
    [{ x: 7 }, 'tensor "x" is not described by a JSON object'],
    [{ x: entry(0, 8, [2], "F33") }, 'tensor "x" has the dtype "F33"; known: BOOL, U8'],
    [{ x: entry(0, 8, [2], "toString") }, "has the dtype"],
    [{ x: entry(0, 8, [-2]) }, 'tensor "x" has the shape [-2]'],
    [{ x: entry(0, 8, [-1, -2]) }, 'tensor "x" has the shape [-1,-2]'],
    [{ x: entry(0, 8, [2.5]) }, "has the shape [2.5]"],
    [{ x: entry(0, 8, "2") }, "has the shape"],
    [`{"x":{"dtype":${'{"a":'.repeat(1e5)}1${"}".repeat(1e5)}}}`, "has the dtype nested JSON"],
    [`{"x":{"dtype":"F32","shape":[${"[".repeat(1e5)}${"]".repeat(1e5)}]}}`, "has the shape nested JSON"],
    [{ x: entry(0, 8, [2 ** 40, 2 ** 40]) }, "has the shape"],
    [{ x: entry(0, 8, [3]) }, 'tensor "x" is 8 bytes long, and F32 [3] takes 12'],
    [{ x: { ...entry(0, 8), data_offsets: [8, 0] } }, "has the data_offsets [8,0]"],
    [{ x: { ...entry(0, 8), data_offsets: [-8, 0] } }, "has the data_offsets [-8,0]"],
    [{ x: { ...entry(0, 8), data_offsets: [0, 8, 8] } }, "has the data_offsets [0,8,8]"],
    [{ x: { ...entry(0, 8), data_offsets: [0, 1e300] } }, "has the data_offsets [0,1e+300]"],
    [{ x: entry(0, 8), y: entry(4, 8) }, 'tensor "y" overlaps the one before it'],
    [{ x: entry(0, 8), y: entry(0, 8) }, 'tensor "y" overlaps the one before it'],
    [{ x: entry(4, 8) }, '4 bytes before tensor "x" belong to no tensor'],
    [{ x: entry(0, 4) }, "4 bytes after its last tensor belong to no tensor"],
    [{ x: entry(0, 16) }, "a.safetensors is truncated: its header promises 16 bytes of data, and there are 8"],
  ];
  for (const [header, message] of lies) {
    const error = assertThrows(() => parse(header), UserError, message);
    assertEquals([error.exitStatus, error.message.includes("\n"), error.message.length < 300], [2, false, true]);
  }
});

Deno.test("safetensors header: bytes that are no UTF-8 are refused", () => {
  const bytes = Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x30, 0x7d);
  assertThrows(() => parseHeader(bytes, { path: "a", dataBytes: 0 }), UserError, "not a JSON object");
});

Deno.test("quote: a name cannot write to the terminal or fill it", () => {
  assertEquals(quote("a\n\x1b[2J\u009b\u202e"), '"a\\n\\u001b[2J��"');
  assertEquals(quote("x".repeat(200)).length, 82);
});
