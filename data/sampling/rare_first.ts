import { randomStream, shuffled } from "../../random.ts";
import { assertShuffled, filmsOfClasses, type Sampler } from "./sampler.ts";

/**
 * Files each film under its rarest label. The labels take turns, rarest first, each drawing without replacement from its own
 * seeded shuffle; an empty label is skipped; the epoch ends when every finding is empty. So each abnormal film comes once, rare
 * ones early, and normal films come only as often as No Finding has a turn.
 */
export const rareFirst: Sampler = {
  help: "every abnormal film once, rare labels early",
  draw(labels, options) {
    assertShuffled("rare-first", options);
    const { seed, epoch, classes, noFinding } = options;
    const counts = filmsOfClasses(labels, classes).map((films) => films.length);
    const rarest = [...counts.keys()].sort((a, b) => counts[a] - counts[b] || a - b);
    const rank = new Map(rarest.map((label, place) => [label, place]));
    const rankOf = (label: number) => rank.get(label) ?? classes;
    const filed: number[][] = rarest.map(() => []);
    let findingsLeft = 0;
    for (const [film, filmLabels] of labels.entries()) {
      if (filmLabels.length === 0) continue;
      const label = filmLabels.reduce((a, b) => rankOf(b) < rankOf(a) ? b : a);
      filed[rankOf(label)].push(film);
      if (label !== noFinding) findingsLeft++;
    }
    const queues = filed.map((films, place) =>
      shuffled(films, randomStream(seed, "rare-first", epoch, rarest[place])).reverse()
    );
    const order: number[] = [];
    while (findingsLeft > 0) {
      for (const [place, queue] of queues.entries()) {
        const film = queue.pop();
        if (film === undefined) continue;
        order.push(film);
        if (rarest[place] !== noFinding && --findingsLeft === 0) break;
      }
    }
    return order;
  },
};
