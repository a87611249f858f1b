import type { ThoraxBackend } from "../backend/backend.ts";
import { type Compiled, release } from "./compiled.ts";

/** A graph, and how many calls of it are under way: one that was dropped goes when the last has ended. */
interface Cached {
  readonly backend: ThoraxBackend;
  readonly graph: Compiled;
  calls: number;
  isDropped: boolean;
}

/** The graphs of one jitted function by signature. */
export class Cache {
  readonly #cached = new Map<string, Cached>();

  /** Beyond `size` graphs, the one that was called longest ago is dropped. */
  constructor(readonly size = 32) {}

  /** Calls `use` with the graph of a signature, made where there is none. */
  async use<R>(
    backend: ThoraxBackend,
    signature: string,
    make: () => Compiled,
    use: (graph: Compiled) => Promise<R>,
  ): Promise<R> {
    const cached = this.#cached.get(signature) ?? { backend, graph: make(), calls: 0, isDropped: false };
    this.#cached.delete(signature); // to the end of the line
    this.#cached.set(signature, cached);
    cached.calls++;
    this.#drop(this.size);
    try {
      return await use(cached.graph);
    } finally {
      cached.calls--;
      releaseUnused(cached);
    }
  }

  /** Drops all graphs. */
  clear(): void {
    this.#drop(0);
  }

  #drop(kept: number): void {
    for (const [oldest, cached] of this.#cached) {
      if (this.#cached.size <= kept) return;
      this.#cached.delete(oldest);
      cached.isDropped = true;
      releaseUnused(cached);
    }
  }
}

function releaseUnused({ backend, graph, calls, isDropped }: Cached): void {
  if (isDropped && calls === 0) release(backend, graph);
}
