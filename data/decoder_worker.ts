/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />

/** A decoder of {@linkcode DecoderPool}: film jobs in, planes out. */
import { constants, setPriority } from "node:os";
import { UserError } from "../errors.ts";
import type { DecoderReply, DecoderRequest } from "./decoder_pool.ts";
import { runFilmJob } from "./film_job.ts";

giveWay();

self.onmessage = async ({ data: { id, job, imageSize } }: MessageEvent<DecoderRequest>) => {
  let reply: DecoderReply, transfer: Transferable[] = [];
  try {
    const { pixels } = await runFilmJob(job, { imageSize });
    reply = { id, pixels };
    transfer = [pixels.buffer];
  } catch (error) {
    const forUser = error instanceof UserError;
    reply = { id, error: { forUser, message: forUser ? error.message : String((error as Error)?.stack ?? error) } };
  }
  self.postMessage(reply, transfer);
};

/**
 * Lowers this thread's priority where it may: decoding then fills the gaps that TensorFlow's threads leave, and has the cores to
 * itself when these wait for a batch. Only on Linux does a thread have a priority of its own.
 */
function giveWay(): void {
  const { state } = Deno.permissions.querySync({ name: "sys", kind: "setPriority" });
  if (Deno.build.os !== "linux" || state !== "granted") return;
  try {
    setPriority(constants.priority.PRIORITY_LOW);
  } catch {
    // a container may forbid the call: then it decodes as it is
  }
}
