import { assertEquals } from "@std/assert";
import { compile } from "./compile.ts";
import { conv } from "../layers/conv.ts";
import { batchNorm } from "../layers/batch_norm.ts";
import { dense } from "../layers/dense.ts";
import { globalPool } from "../layers/global_pool.ts";
import { stack } from "../combinators/stack.ts";
import { formatSummary, summary } from "./summary.ts";

const model = compile(
  stack({ features: stack([conv(8, 3, { padding: 1 }), batchNorm(), globalPool()]), head: dense(15) }),
  { input: [64, 48, 1] },
);

Deno.test("summary: leaves only, with trainable parameters and the multiply-adds of one image", () => {
  assertEquals(summary(model), [
    {
      path: "features/0",
      type: "conv",
      details: "3×3, padding 1",
      output: [64, 48, 8],
      parameters: 80,
      multiplyAdds: 64 * 48 * 8 * 9,
    },
    { path: "features/1", type: "batchNorm", details: "", output: [64, 48, 8], parameters: 16, multiplyAdds: 0 },
    { path: "features/2", type: "globalPool", details: "average", output: [8], parameters: 0, multiplyAdds: 0 },
    { path: "head", type: "dense", details: "", output: [15], parameters: 135, multiplyAdds: 120 },
  ]);
});

Deno.test("formatSummary: an aligned table with totals", () => {
  // deno-fmt-ignore
  assertEquals(formatSummary(model), [
    "layer       type                        output       parameters  multiply-adds",
    "──────────────────────────────────────────────────────────────────────────────",
    "(input)                                 [64, 48, 1]",
    "features/0  conv        3×3, padding 1  [64, 48, 8]          80        221,184",
    "features/1  batchNorm                   [64, 48, 8]          16",
    "features/2  globalPool  average         [8]",
    "head        dense                       [15]                135            120",
    "──────────────────────────────────────────────────────────────────────────────",
    "total                                   [15]                231        221,304",
  ].join("\n"));
});
