import { type RandomStream, randomStream, shuffled } from "../../random.ts";
import { assertShuffled, filmsOfClasses, type Sampler } from "./sampler.ts";

/**
 * Round-robin: the classes that have films take turns in label order, each drawing from its own seeded shuffle. A film of several
 * labels belongs to each of its classes. A queue that runs dry is shuffled again. The epoch is as long as the training set.
 */
export const balanced: Sampler = {
  help: "the classes take turns",
  draw(labels, options) {
    assertShuffled("balanced", options);
    const { seed, epoch, classes } = options;
    const queues = filmsOfClasses(labels, classes).flatMap((films, label) =>
      films.length === 0 ? [] : [endlessQueue(films, randomStream(seed, "balanced", epoch, label))]
    );
    if (queues.length === 0) return [];
    return Array.from(labels, (_, turn) => queues[turn % queues.length]());
  },
};

function endlessQueue(films: readonly number[], stream: RandomStream): () => number {
  let queue: number[] = [];
  return () => {
    if (queue.length === 0) queue = shuffled(films, stream).reverse();
    return queue.pop() ?? films[0];
  };
}
