import * as tf from "@tensorflow/tfjs-core";
import { defineCommand } from "../commands/cli.ts";
import { UserError } from "../errors.ts";
import { runners } from "./runners.ts";
import { bench } from "./bench.ts";
import { type Options, options, planOf } from "./options.ts";

const rows = runners.map(({ name, kind, about }) => `  ${name.padEnd(24)}${kind.padEnd(11)}${about}`);

const command = defineCommand({
  name: "bench",
  summary: "Thorax against its peers",
  description: "Measures the same model on the same batches in Thorax and its peers, in one run. Every runner is a\n" +
    "process of its own. Their losses must agree; then they take turns. Ratios are medians over rounds,\n" +
    "relative to --base. pip installs a peer at its first use, into a cache of the bench.\n\n" +
    `Runners:\n${rows.join("\n")}`,
  examples: [
    "deno task bench",
    "deno task bench --model alexnet,vgg16,resnet18 --batch-size 8,32 --limit --json bench.json",
    "deno task bench --runners thorax,pytorch-best,pytorch-best-malloc --model vgg16 --batch-size 32 --rounds 3 --steps 2",
    "deno task bench --precision bfloat16",
    "deno task bench --kind films --data-dir films --steps 30",
    "deno task bench --kind inference --precision all",
    "deno task bench --profile --model resnet18",
  ],
  options,
  run,
});

async function run(options: Options): Promise<void> {
  const plan = planOf(options);
  if (!options.profile) return await bench(plan, options);
  const { profileModel } = await import("./profile.ts");
  for (const model of plan.models) {
    for (const batchSize of plan.batchSizes) {
      for (const precision of plan.precisions) {
        const lines = await profileModel({ model, batchSize, kind: options.kind, precision, steps: options.steps });
        console.log(lines.join("\n"));
      }
    }
  }
}

try {
  tf.env().set("PROD", true); // no banner
  Deno.exit(await command.run(Deno.args));
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  console.error(`error: ${error.message}`);
  Deno.exit(error.exitStatus);
}
