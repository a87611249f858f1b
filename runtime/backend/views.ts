import type { DataId } from "@tensorflow/tfjs-core";

/**
 * Tensors that share the memory of another tensor in another shape. tfjs's leak check (the flag IS_TEST) counts them as one, while
 * tfjs-node's kernels make a tensor for each.
 */
export class Views {
  readonly #owners = new Map<DataId, DataId>();

  /** Adds a view of the memory of `owner`. */
  add(owner: DataId, view: DataId): void {
    this.#owners.set(view, this.#owners.get(owner) ?? owner);
  }

  /** Counts the tensors that share the memory of another. */
  count(isLive: (dataId: DataId) => boolean): number {
    let views = 0;
    const orphaned = new Set<DataId>();
    for (const [view, owner] of this.#owners) {
      if (isLive(view)) {
        views++;
        if (!isLive(owner)) orphaned.add(owner); // its memory lives on in its views
      } else {
        this.#owners.delete(view);
      }
    }
    return views - orphaned.size;
  }
}
