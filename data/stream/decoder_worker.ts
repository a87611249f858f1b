/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />

/** A thread of {@linkcode DecoderPool}: film jobs in, decoded films out. */
import { UserError } from "../../errors.ts";
import type { DecoderReply, DecoderRequest } from "./decoder_pool.ts";
import { runFilmJob } from "./film_job.ts";

self.onmessage = async ({ data: { id, job, imageSize } }: MessageEvent<DecoderRequest>) => {
  let reply: DecoderReply, transfer: Transferable[] = [];
  try {
    const { pixels, digest } = await runFilmJob(job, { imageSize });
    reply = { id, pixels, digest };
    transfer = [pixels.buffer];
  } catch (error) {
    const forUser = error instanceof UserError;
    reply = { id, error: { forUser, message: forUser ? error.message : String((error as Error)?.stack ?? error) } };
  }
  self.postMessage(reply, transfer);
};
