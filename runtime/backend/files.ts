import * as tf from "@tensorflow/tfjs-core";

/** `file://` in `model.save` and `tf.loadLayersModel`, by tfjs-node's own handler. Needs leave to read or write the folder. */
export async function registerFiles(): Promise<void> {
  const { nodeFileSystemRouter } = await import("@tensorflow/tfjs-node-gpu/dist/io/file_system.js");
  tf.io.registerLoadRouter(nodeFileSystemRouter);
  tf.io.registerSaveRouter((url) => {
    const handler: tf.io.IOHandler | null = nodeFileSystemRouter(url);
    return handler && { save: (artifacts) => save(handler, url, artifacts) };
  });
}

async function save(handler: tf.io.IOHandler, url: string | string[], artifacts: tf.io.ModelArtifacts) {
  for (const folder of [url].flat()) await Deno.mkdir(folder.slice("file://".length), { recursive: true });
  // of weights in several pieces, as a graph model holds them, tfjs-node would write zeros
  const { weightData } = artifacts;
  const whole = weightData && tf.io.CompositeArrayBuffer.join(weightData);
  const result = await handler.save?.({ ...artifacts, weightData: whole });
  if (!result) throw new Error("tfjs-node's file handler saves nothing");
  return result;
}
