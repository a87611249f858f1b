import { UserError } from "../../errors.ts";
import { type DecodedFilm, type FilmJob, runFilmJob } from "./film_job.ts";

/** A message to a decoder thread. */
export interface DecoderRequest {
  readonly id: number;
  readonly job: FilmJob;
  readonly imageSize: number;
}

/** A film's pixels, `[imageSize, imageSize]`, and the digest of the film before it was resized. */
export type DecodedPixels = Pick<DecodedFilm, "pixels" | "digest">;

/** A decoder thread's answer. */
export type DecoderReply =
  & { readonly id: number }
  & (
    | DecodedPixels
    | { readonly error: { readonly forUser: boolean; readonly message: string } }
  );

interface PendingJob {
  readonly worker: number;
  readonly resolve: (film: DecodedPixels) => void;
  readonly reject: (error: Error) => void;
}

/** The default number of decoder threads: one less than the cores, from 1 to 4. On two cores one is enough: TensorFlow uses both. */
export function defaultWorkers(): number {
  return Math.min(Math.max(navigator.hardwareConcurrency - 1, 1), 4);
}

/** Films come from strangers, so a decoder thread may read what this program reads, and do nothing else. */
const decoderPermissions: Deno.PermissionOptionsObject = { read: "inherit" };

/**
 * A pool of threads that decode films. The first job starts them; with 0 workers the calling thread decodes. A damaged film rejects
 * with a {@linkcode UserError} of exit status 1, since by then the program runs.
 */
export class DecoderPool implements Disposable {
  readonly #imageSize: number;
  readonly #size: number;
  readonly #workers: Worker[] = [];
  readonly #pending = new Map<number, PendingJob>();
  #load: number[] = [];
  #next = 0;
  #closed = false;

  constructor({ workers, imageSize }: { readonly workers: number; readonly imageSize: number }) {
    this.#size = workers;
    this.#imageSize = imageSize;
  }

  /** Runs a job. The memory of a job's plane moves to the worker that runs it. */
  async decode(job: FilmJob): Promise<DecodedPixels> {
    if (this.#closed) throw closed();
    if (this.#size > 0) return this.#send(job);
    try {
      const { pixels, digest } = await runFilmJob(job, { imageSize: this.#imageSize });
      return { pixels, digest };
    } catch (error) {
      throw error instanceof UserError ? new UserError(error.message, { exitStatus: 1, cause: error }) : error;
    }
  }

  /** Ends the workers and rejects their pending jobs. */
  [Symbol.dispose](): void {
    this.#closed = true;
    for (const worker of this.#workers) worker.terminate();
    this.#fail(() => true, closed());
  }

  #send(job: FilmJob): Promise<DecodedPixels> {
    while (this.#workers.length < this.#size) this.#start();
    const worker = this.#load.indexOf(Math.min(...this.#load)), id = this.#next++;
    this.#load[worker]++;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { worker, resolve, reject });
      const request: DecoderRequest = { id, job, imageSize: this.#imageSize };
      this.#workers[worker].postMessage(request, job.kind === "plane" ? [job.plane.pixels.buffer] : []);
    });
  }

  #start(): void {
    const index = this.#workers.length;
    const worker = new Worker(new URL("./decoder_worker.ts", import.meta.url), {
      type: "module",
      deno: { permissions: decoderPermissions },
    });
    worker.onmessage = ({ data }: MessageEvent<DecoderReply>) => this.#receive(data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.#fail((job) => job.worker === index, new Error(`a film decoder failed: ${event.message}`));
    };
    this.#workers.push(worker);
    this.#load.push(0);
  }

  #receive(reply: DecoderReply): void {
    const job = this.#pending.get(reply.id);
    if (!job) return;
    this.#pending.delete(reply.id);
    this.#load[job.worker]--;
    if ("pixels" in reply) return job.resolve({ pixels: reply.pixels, digest: reply.digest });
    const { forUser, message } = reply.error;
    job.reject(forUser ? new UserError(message, { exitStatus: 1 }) : new Error(message));
  }

  #fail(whose: (job: PendingJob) => boolean, error: Error): void {
    for (const [id, job] of this.#pending) {
      if (!whose(job)) continue;
      this.#pending.delete(id);
      job.reject(error);
    }
  }
}

function closed(): Error {
  return new Error("the batches are closed");
}
