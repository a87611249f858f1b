/** Copies that follow each other. */
export interface Run {
  /** The number of parts in one copy. */
  readonly period: number;
  /** The number of copies. */
  readonly times: number;
}

/**
 * Finds the run of copies that starts at a part: the one that covers most parts, or a single part where nothing
 * repeats. A `light` part does not start a run that can as well start after it: in relu, conv, relu, conv, relu the
 * copies are conv, relu.
 */
export function runAt(keys: readonly unknown[], start: number, light: (part: number) => boolean): Run {
  const here = longestRun(keys, start);
  return light(start) && covered(longestRun(keys, start + 1)) >= covered(here) ? { period: 1, times: 1 } : here;
}

const covered = ({ period, times }: Run) => period * times;

function longestRun(keys: readonly unknown[], start: number): Run {
  let best: Run = { period: 1, times: 1 };
  for (let period = 1; start + 2 * period <= keys.length; period++) {
    let end = start + period;
    while (end < keys.length && keys[end] === keys[end - period]) end++;
    const times = Math.floor((end - start) / period);
    if (times > 1 && period * times > covered(best)) best = { period, times };
  }
  return best;
}
