import { assertEquals } from "@std/assert";
import { field, type Message, serialize } from "../formats/protobuf/writer.ts";
import { showMemory, showProfile } from "./profile.ts";
import { readAllocations } from "./allocations.ts";
import { type NodeRun, readNodeRuns } from "./run_metadata.ts";

Deno.test("readNodeRuns: name, kernel, time and shape of a RunMetadata", () => {
  const shape = field.message(2, [8, 56].flatMap((size) => field.message(2, field.integer(1, size))));
  const stats = [
    ...field.text(1, "Conv2D_7"),
    ...field.integer(14, 0),
    ...field.integer(15, 1e6), // nanoseconds
    ...field.message(7, field.message(3, shape)),
    ...field.text(8, "Conv2D_7 = _MklNativeConv2D(x, w)"),
  ];
  const metadata = field.message(1, field.message(1, [...field.text(1, "CPU:0"), ...field.message(2, stats)]));
  assertEquals(readNodeRuns(serialize(metadata)), [
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
  const record = (at: number, bytes: number) => field.message(6, [...field.integer(1, at), ...field.integer(2, bytes)]);
  const stats = (node: string, label: string, records: Message) =>
    field.message(2, [...field.text(1, node), ...field.message(6, records), ...field.text(8, label)]);
  const metadata = field.message(
    1,
    field.message(1, [
      ...stats("conv_1", "conv_1 = Conv2D(x, w)", [...record(1, 64), ...record(9, -64)]),
      ...stats("relu_1", "relu_1 = Relu(conv_1)", record(5, 2_000_000)),
      ...stats("relu_2", "relu_2 = Relu(relu_1)", record(10, 32)),
    ]),
  );
  assertEquals(showMemory(readAllocations(serialize(metadata))), [
    "  at the peak of 2.0 MB   MB  kernel  output",
    "  relu_1                 2.0    Relu",
    "  conv_1                 0.0  Conv2D",
    "  and 0 more             0.0",
    "",
  ]);
});
