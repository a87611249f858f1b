import type { ThoraxBackend } from "../backend/backend.ts";
import { type GraphFunction, release } from "./graph_function.ts";

/** A graph function, and how many of its calls are running: an evicted one is released when the last call has ended. */
interface CacheEntry {
  readonly backend: ThoraxBackend;
  readonly graph: GraphFunction;
  calls: number;
  isEvicted: boolean;
}

/** The graph functions of one jitted function, by the signature of its arguments. */
export class GraphCache {
  readonly #entries = new Map<string, CacheEntry>();

  /** Evicts the least recently called graph beyond `size` graphs. */
  constructor(readonly size = 32) {}

  /** Calls `use` with the graph of a signature. `make` traces it if it is not in the cache. */
  async use<R>(
    backend: ThoraxBackend,
    signature: string,
    make: () => GraphFunction,
    use: (graph: GraphFunction) => Promise<R>,
  ): Promise<R> {
    const entry = this.#entries.get(signature) ?? { backend, graph: make(), calls: 0, isEvicted: false };
    this.#entries.delete(signature); // to the end of the order
    this.#entries.set(signature, entry);
    entry.calls++;
    this.#evict(this.size);
    try {
      return await use(entry.graph);
    } finally {
      entry.calls--;
      releaseUnused(entry);
    }
  }

  /** Evicts all graphs. */
  clear(): void {
    this.#evict(0);
  }

  /** Evicts the oldest graphs beyond `size`. */
  #evict(size: number): void {
    for (const [signature, entry] of this.#entries) {
      if (this.#entries.size <= size) return;
      this.#entries.delete(signature);
      entry.isEvicted = true;
      releaseUnused(entry);
    }
  }
}

function releaseUnused({ backend, graph, calls, isEvicted }: CacheEntry): void {
  if (isEvicted && calls === 0) release(backend, graph);
}
