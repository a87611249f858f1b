/** Patients who are divided into parts. */
export interface Division {
  /** Films of each patient. */
  readonly sizes: readonly number[];
  /** Each patient's part. */
  readonly places: readonly number[];
  /** How many films each part is to have: up to three parts. */
  readonly wanted: readonly number[];
}

/** The most numbers that are kept, a byte each: 130 patients of 1,000 films take 5 million. */
const mostKept = 2 ** 23;

/**
 * Divides whole patients into parts whose sizes are as near to those wanted as possible, by the sum of squares. Of several such
 * divisions it takes the one in which the fewest patients change their part. No part is empty where that can be.
 *
 * Dynamic programming over the patients: for each pair of sizes of the second and third part, the fewest changes.
 *
 * @returns Each patient's part; undefined where the division is as near already, or there are too many films to look at all.
 */
export function nearestSizes({ sizes, places, wanted }: Division): number[] | undefined {
  const total = sizes.reduce((sum, size) => sum + size, 0), parts = wanted.length;
  const cost = (found: readonly number[]) =>
    found.reduce((sum, size, part) => sum + partCost(size, wanted[part], total), 0);
  const current = cost(
    wanted.map((_, part) => sizes.reduce((sum, size, i) => sum + (places[i] === part ? size : 0), 0)),
  );
  if (parts > 3 || current <= leastCost(wanted, total) + 1e-9) return undefined;
  // No part that is more than the greatest patient above its share is nearest.
  const largest = Math.max(...sizes),
    end = [1, 2].map((part) => Math.min(total, Math.ceil(wanted[part] ?? 0) + largest));
  const width = parts > 2 ? end[1] + 1 : 1, states = ((parts > 1 ? end[0] : 0) + 1) * width;
  if (states * sizes.length > mostKept) return undefined;

  const steps = [0, width, 1].slice(0, parts);
  const chosen = new Uint8Array(states * sizes.length);
  let fewest = new Uint16Array(states).fill(unreached);
  fewest[0] = 0;
  for (const [patient, size] of sizes.entries()) {
    const next = new Uint16Array(states).fill(unreached), from = patient * states;
    for (let state = 0; state < states; state++) {
      if (fewest[state] === unreached) continue;
      for (const [part, step] of steps.entries()) {
        if (part === 2 && state % width + size >= width) continue;
        const reached = state + size * step, changes = fewest[state] + +(part !== places[patient]);
        if (reached >= states || changes >= next[reached]) continue;
        next[reached] = changes;
        chosen[from + reached] = part;
      }
    }
    fewest = next;
  }

  let best: number | undefined, least = current - 1e-9;
  for (let state = 0; state < states; state++) {
    if (fewest[state] === unreached) continue;
    const [second, third] = [Math.floor(state / width), state % width];
    const found = cost([total - second - third, second, third].slice(0, parts));
    if (found < least || found === least && best !== undefined && fewest[state] < fewest[best]) {
      [best, least] = [state, found];
    }
  }
  if (best === undefined) return undefined;
  const nearest = [...places];
  for (let patient = sizes.length - 1, state = best; patient >= 0; patient--) {
    nearest[patient] = chosen[patient * states + state];
    state -= sizes[patient] * steps[nearest[patient]];
  }
  return nearest;
}

const unreached = 0xffff;

/** How far a part is from its share, in squares. An empty part is further than any other. */
export function partCost(size: number, wanted: number, total: number): number {
  return size === 0 ? 4 * total ** 2 : (size - wanted) ** 2;
}

/** A bound of the cost: that of whole films, whosever they are. */
function leastCost(wanted: readonly number[], total: number): number {
  const whole = wanted.map(Math.floor), rest = total - whole.reduce((sum, size) => sum + size, 0);
  const order = [...wanted.keys()].sort((a, b) => (wanted[b] - whole[b]) - (wanted[a] - whole[a]));
  for (const part of order.slice(0, rest)) whole[part]++;
  return whole.reduce((sum, size, part) => sum + (size - wanted[part]) ** 2, 0);
}
