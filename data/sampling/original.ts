import { randomStream, shuffled } from "../../random.ts";
import type { Sampler } from "./sampler.ts";

/** All films, shuffled by seed and epoch, or in file order. */
export const original: Sampler = {
  help: "every film once",
  draw(labels, { seed, epoch, shuffle = true }) {
    const all = [...labels.keys()];
    return shuffle ? shuffled(all, randomStream(seed, "original", epoch)) : all;
  },
};
