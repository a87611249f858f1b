import { assertAlmostEquals, assertEquals } from "@std/assert";
import { defaultBase, type Runner } from "./runners.ts";
import type { Outcome } from "./comparison.ts";
import { measure, type Measurement, showGrowth, showMeasurement } from "./report.ts";

const runner = (name: string, kind: Runner["kind"], peers: Runner["peers"] = []): Runner => ({
  name,
  kind,
  peers,
  precision: "float32",
  about: "",
  script: "",
});

const outcome = (name: string, rounds: number[][], traceMs?: number): Outcome => ({
  name,
  group: "",
  builds: { [name]: "1" },
  rounds,
  losses: [0.7, 0.65, 0.6],
  firstStepMs: 1500,
  traceMs,
  memory: { anonymous: 5e8, resident: 8.5e8 },
});

const runners = [
  runner("peer", "train", ["torch"]),
  runner("own", "train"),
  runner("openvino", "inference", ["openvino"]),
];
const settings = {
  model: "resnet18",
  batchSize: 8,
  base: { ...defaultBase, "train float32": "peer", "inference float32": "openvino" },
};

const measured = measure(settings, runners, {
  outcomes: [
    outcome("peer", [[200, 220], [240, 260]]),
    outcome("own", [[100, 110], [125, 135]], 36),
    outcome("openvino", [[30, 32], [28, 30]]),
  ],
  absent: [{ name: "jax-js", reason: "there is no wasm" }],
});

Deno.test("measure: ratios by round, and the limit of the fastest peer's forward pass", () => {
  const [peer, own, openvino] = measured.rows;
  assertEquals([peer.minMs, peer.medianMs, peer.ratio], [200, 230, 1]);
  assertAlmostEquals(own.ratio ?? NaN, (210 / 105 + 250 / 130) / 2, 1e-12);
  assertAlmostEquals(own.imagesPerSecond, 8 / 117.5 * 1000, 1e-9);
  assertEquals(measured.limit, { peer: "openvino", ms: 90 });
  assertEquals([own.shareOfLimit, openvino.shareOfLimit], [90 / 117.5, undefined]);
});

Deno.test("showMeasurement: a table for each kind, without columns that are empty, and who is absent", () => {
  assertEquals(showMeasurement(measured), [
    "Training: resnet18, batch 8; the base is peer",
    "  runner  precision  min ms  median ms  images/s  × base  of limit  RssAnon GB  RSS GB  first step s  trace ms     loss",
    "  peer      float32   200.0      230.0      34.8    1.00      0.39        0.50    0.85           1.5            0.60000",
    "  own       float32   100.0      117.5      68.1    1.96      0.77        0.50    0.85           1.5        36  0.60000",
    "",
    "Inference: resnet18, batch 8; the base is openvino",
    "  runner    precision  min ms  median ms  images/s  × base  RssAnon GB  RSS GB  first step s     loss",
    "  openvino    float32    28.0       30.0     266.7    1.00        0.50    0.85           1.5  0.60000",
    "",
    "The limit of a step, three times the forward pass of openvino: 90.0 ms",
    "",
    "absent: jax-js: there is no wasm",
  ]);
});

Deno.test("showGrowth: a line through the batch sizes; nothing of a model at one size", () => {
  const at = (batchSize: number, ms: number): Measurement =>
    measure({ ...settings, batchSize }, [runner("own", "train")], { outcomes: [outcome("own", [[ms]])], absent: [] });
  assertEquals(showGrowth([at(16, 420), at(8, 220)]), [
    "How resnet18's cost grows with the batch: ms = fixed + per image · batch",
    "  ms per image  batch 8  batch 16  fixed ms  + ms per image",
    "  own             27.50     26.25      20.0           25.00",
    "",
  ]);
  assertEquals(showGrowth([at(8, 220)]), []);
});
