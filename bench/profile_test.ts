import { assertEquals } from "@std/assert";
import { showMemory, showProfile } from "./profile.ts";
import { readAllocations } from "./allocations.ts";
import { type NodeRun, readNodeRuns } from "./run_metadata.ts";

/** A length-delimited field of a message. */
const field = (number: number, content: Iterable<number>): number[] => {
  const bytes = [...content];
  return [number << 3 | 2, bytes.length % 128 | 128, bytes.length >> 7, ...bytes];
};
const text = (number: number, value: string) => field(number, new TextEncoder().encode(value));

Deno.test("readNodeRuns: name, kernel, time and shape of a RunMetadata", () => {
  const shape = field(2, [...field(2, [1 << 3, 8]), ...field(2, [1 << 3, 56])]);
  const stats = [
    ...text(1, "Conv2D_7"),
    ...[14 << 3, 0],
    ...[15 << 3, 0xc0, 0x84, 0x3d], // a million nanoseconds
    ...field(7, field(3, shape)),
    ...text(8, "Conv2D_7 = _MklNativeConv2D(x, w)"),
  ];
  const metadata = field(1, field(1, [...text(1, "CPU:0"), ...field(2, stats)]));
  assertEquals(readNodeRuns(Uint8Array.from(metadata)), [
    { node: "Conv2D_7", kernel: "_MklNativeConv2D", device: "CPU:0", ms: 1, shape: [8, 56] },
  ]);
});

Deno.test("showProfile: sums of one step by kernel, and the slowest nodes", () => {
  const run = (node: string, kernel: string, ms: number): NodeRun => ({ node, kernel, ms, device: "", shape: [2] });
  const step = [run("conv_1", "_MklNativeConv2D", 6), run("conv_2", "_MklNativeConv2D", 3), run("relu_1", "Relu", 1)];
  assertEquals(showProfile([...step, ...step], 2), [
    "",
    "  kernel               ms    share  times",
    "  _MklNativeConv2D   9.00   90.0 %      2",
    "  Relu               1.00   10.0 %      1",
    "  all               10.00  100.0 %      3",
    "",
    "  the 3 slowest    ms   share  times            kernel  output",
    "  conv_1         6.00  60.0 %      1  _MklNativeConv2D     [2]",
    "  conv_2         3.00  30.0 %      1  _MklNativeConv2D     [2]",
    "  relu_1         1.00  10.0 %      1              Relu     [2]",
    "",
  ]);
});

Deno.test("showMemory: what is held at the peak of a RunMetadata", () => {
  const record = (at: number, bytes: number[]) => field(6, [1 << 3, at, 2 << 3, ...bytes]);
  const stats = (node: string, label: string, records: number[]) =>
    field(2, [...text(1, node), ...field(6, records), ...text(8, label)]);
  const minus64 = [0xc0, ...Array(8).fill(0xff), 1];
  const metadata = field(
    1,
    field(1, [
      ...stats("conv_1", "conv_1 = Conv2D(x, w)", [...record(1, [64]), ...record(9, minus64)]),
      ...stats("relu_1", "relu_1 = Relu(conv_1)", record(5, [0x80, 0x89, 0x7a])), // two million bytes
      ...stats("relu_2", "relu_2 = Relu(relu_1)", record(10, [32])),
    ]),
  );
  assertEquals(showMemory(readAllocations(Uint8Array.from(metadata))), [
    "  at the peak of 2.0 MB   MB  kernel  output",
    "  relu_1                 2.0    Relu",
    "  conv_1                 0.0  Conv2D",
    "  and 0 more             0.0",
    "",
  ]);
});
