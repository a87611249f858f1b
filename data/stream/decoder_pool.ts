import { UserError } from "../../errors.ts";
import { type DecodedFilm, type FilmJob, runFilmJob } from "./film_job.ts";

/** What a decoder is asked. */
export interface DecoderRequest {
  readonly id: number;
  readonly job: FilmJob;
  readonly imageSize: number;
}

/** A film as the pool gives it: its pixels, `[imageSize, imageSize]`, and the digest of the film before it was resized. */
export type PooledFilm = Pick<DecodedFilm, "pixels" | "digest">;

/** What it answers. */
export type DecoderReply =
  & { readonly id: number }
  & (
    | PooledFilm
    | { readonly error: { readonly forUser: boolean; readonly message: string } }
  );

interface Waiting {
  readonly worker: number;
  readonly resolve: (film: PooledFilm) => void;
  readonly reject: (error: Error) => void;
}

/** How many workers decode: the cores but one, at least 1 and at most 4. On two cores one is enough: TensorFlow wants both. */
export function defaultWorkers(): number {
  return Math.min(Math.max(navigator.hardwareConcurrency - 1, 1), 4);
}

/** Films come from strangers, so what decodes them reads what this program reads, and may do nothing else. */
const decoderPermissions: Deno.PermissionOptionsObject = { read: "inherit" };

/**
 * Workers that decode films, started by the first job; with 0 workers the calling thread decodes. A damaged film rejects with a
 * {@linkcode UserError} of exit status 1, since by then the program runs.
 */
export class DecoderPool implements Disposable {
  readonly #imageSize: number;
  readonly #size: number;
  readonly #workers: Worker[] = [];
  readonly #waiting = new Map<number, Waiting>();
  #load: number[] = [];
  #next = 0;
  #closed = false;

  constructor({ workers, imageSize }: { readonly workers: number; readonly imageSize: number }) {
    this.#size = workers;
    this.#imageSize = imageSize;
  }

  /** Runs a job; its plane's memory goes to the worker that runs it. */
  async decode(job: FilmJob): Promise<PooledFilm> {
    if (this.#closed) throw closed();
    if (this.#size > 0) return this.#send(job);
    try {
      const { pixels, digest } = await runFilmJob(job, { imageSize: this.#imageSize });
      return { pixels, digest };
    } catch (error) {
      throw error instanceof UserError ? new UserError(error.message, { exitStatus: 1, cause: error }) : error;
    }
  }

  /** Ends the workers; jobs under way reject. */
  [Symbol.dispose](): void {
    this.#closed = true;
    for (const worker of this.#workers) worker.terminate();
    this.#fail(() => true, closed());
  }

  #send(job: FilmJob): Promise<PooledFilm> {
    while (this.#workers.length < this.#size) this.#start();
    const worker = this.#load.indexOf(Math.min(...this.#load)), id = this.#next++;
    this.#load[worker]++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { worker, resolve, reject });
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
    worker.onmessage = ({ data }: MessageEvent<DecoderReply>) => this.#settle(data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.#fail((waiting) => waiting.worker === index, new Error(`a film decoder failed: ${event.message}`));
    };
    this.#workers.push(worker);
    this.#load.push(0);
  }

  #settle(reply: DecoderReply): void {
    const waiting = this.#waiting.get(reply.id);
    if (!waiting) return;
    this.#waiting.delete(reply.id);
    this.#load[waiting.worker]--;
    if ("pixels" in reply) return waiting.resolve({ pixels: reply.pixels, digest: reply.digest });
    const { forUser, message } = reply.error;
    waiting.reject(forUser ? new UserError(message, { exitStatus: 1 }) : new Error(message));
  }

  #fail(whose: (waiting: Waiting) => boolean, error: Error): void {
    for (const [id, waiting] of this.#waiting) {
      if (!whose(waiting)) continue;
      this.#waiting.delete(id);
      waiting.reject(error);
    }
  }
}

function closed(): Error {
  return new Error("the batches are closed");
}
