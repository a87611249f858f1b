/** The runners of Thorax: its compiled training step and prediction, and its training step run op by op. */
import * as tf from "@tensorflow/tfjs-core";
import { compile } from "../../dsl/compile/compile.ts";
import { buildModel } from "../../models/registry.ts";
import { openEngine } from "../../runtime/open.ts";
import type { Job } from "../job.ts";
import { runOpByOp } from "./op_by_op.ts";
import { serve } from "./serve.ts";
import { predictStep, trainStep } from "./thorax_steps.ts";

await serve<Job>(async (job) => {
  tf.env().set("PROD", true); // no banner
  const { version } = await openEngine({ device: "cpu" });
  if (job.form === "eager") await runOpByOp();
  const model = compile(buildModel(job.model, { numClasses: job.classes, dropout: 0 }), {
    input: [job.size, job.size, 1],
  });
  const step = job.kind === "train" ? trainStep(model, job) : predictStep(model, job);
  return { step, builds: { deno: Deno.version.deno, libtensorflow: version, tfjs: tf.version_core } };
});
