import * as tf from "@tensorflow/tfjs-core";

/** Registers `file://` for `model.save` and `tf.loadLayersModel`, with tfjs-node's handler. It needs the permission to read or write. */
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
  // tfjs-node would write zeros for weights in several pieces, as a graph model holds them
  const { weightData } = artifacts;
  const whole = weightData && tf.io.CompositeArrayBuffer.join(weightData);
  const result = await handler.save?.({ ...artifacts, weightData: whole });
  if (!result) throw new Error("tfjs-node's file handler saves nothing");
  return result;
}
