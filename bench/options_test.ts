import { assertEquals, assertThrows } from "@std/assert";
import { UserError } from "../errors.ts";
import { checkOptions } from "../commands/options/option.ts";
import { runners } from "./runners.ts";
import { options, planOf } from "./options.ts";

const plan = (given: Record<string, unknown>) => planOf(checkOptions(options, given));
const names = (given: Record<string, unknown>) => plan(given).runners.map(({ name }) => name);

Deno.test("planOf: the runners of a kind and precision; the limit adds the peers' forward passes", () => {
  assertEquals(names({ precision: "bfloat16" }), [
    "pytorch-bf16",
    "pytorch-bf16-malloc",
    "tensorflow-bf16",
    "thorax-bf16",
  ]);
  assertEquals(names({ kind: "inference", runners: "thorax-predict" }), ["thorax-predict"]);
  assertEquals(names({ runners: "thorax,pytorch", limit: true }), ["pytorch", "thorax", "onnxruntime", "openvino"]);
});

Deno.test("planOf: models, batch sizes, and a base of one's own for its group alone", () => {
  const { models, batchSizes, base } = plan({ model: "alexnet,vgg16", batchSize: "8,32", base: "thorax" });
  assertEquals([models, batchSizes], [["alexnet", "vgg16"], [8, 32]]);
  assertEquals([base["train float32"], base["inference float32"]], ["thorax", "pytorch-channels-last"]);
});

Deno.test("planOf: names that do not exist, and sizes that are none", () => {
  assertThrows(() => plan({ runners: "torax" }), UserError, 'there is no runner "torax"; did you mean thorax?');
  assertThrows(() => plan({ model: "resnet19" }), UserError, 'there is no model "resnet19"; did you mean resnet');
  assertThrows(() => plan({ batchSize: "8,x" }), UserError, "--batch-size must be positive integers");
});

Deno.test("planOf: what no runner or profile can do is refused", () => {
  const bfloat16 = { kind: "films", precision: "bfloat16" };
  assertThrows(() => plan(bfloat16), UserError, "no runner of the kind films computes in bfloat16");
  assertThrows(() => plan({ kind: "films", profile: true }), UserError, "--profile measures a single step");
});

Deno.test("runners: every row has a name of its own", () => {
  assertEquals(new Set(runners.map(({ name }) => name)).size, runners.length);
});
