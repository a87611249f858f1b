import type { DataId } from "@tensorflow/tfjs-core";

/**
 * Tensors that are others in another shape, for tfjs's leak check (the flag IS_TEST), to which these are one. TensorFlow shares
 * the memory, and tfjs-node's kernels make a tensor of it nevertheless.
 */
export class Views {
  readonly #owners = new Map<DataId, DataId>();

  /** `view` is the memory of `of`. */
  add(of: DataId, view: DataId): void {
    this.#owners.set(view, this.#owners.get(of) ?? of);
  }

  /** How many tensors are the memory of another one. */
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
