import { fileURLToPath } from "node:url";
import * as tf from "@tensorflow/tfjs-core";
import config from "../deno.json" with { type: "json" };
import { checkedOutCommit } from "./commit.ts";
import { describeMachine } from "./machine.ts";

/** What a log says before its first event. */
export interface LogHead {
  /** A title, such as `resnet18, rare-first`. */
  readonly title: string;
  /** All options of the command, with their defaults. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly engine: { readonly version: string; readonly gpu: boolean };
  /** The GPU's name, where one is used and tells it. */
  readonly gpuName?: string;
}

/** Writes the lines that a log begins with: title, options, seed, versions, commit and hardware. */
export async function logHead({ title, options, engine, gpuName }: LogHead): Promise<string[]> {
  const { seed, splitSeed, resume } = options, { protocol } = new URL(import.meta.url);
  const commit = protocol === "file:"
    ? await checkedOutCommit(fileURLToPath(new URL("..", import.meta.url)))
    : undefined;
  const gpu = engine.gpu ? gpuName ?? "a GPU of unknown name" : "no GPU used";
  return [
    `Thorax, ${title}`,
    ...(resume === undefined ? [] : [`Going on with ${resume}`]),
    `Options: ${JSON.stringify(options)}`,
    ...(seed === undefined ? [] : [`Seed: ${seed}, of the split ${splitSeed}`]),
    `Versions: Thorax ${config.version}, Deno ${Deno.version.deno}, TensorFlow ${engine.version}, tfjs ${tf.version_core}`,
    commit === undefined
      ? "Commit: unknown, this is no git checkout"
      : `Commit: ${commit}; whether files were changed since is not known`,
    `Hardware: ${describeMachine()}, ${gpu}`,
  ];
}
