/** Copies one after another: of how many parts each, and how many copies. */
export interface Run {
  readonly period: number;
  readonly times: number;
}

/**
 * The run that starts at a part, the one that covers most; one part, once, where there is none. A part that is `light` does not
 * start what can as well start after it: in relu, conv, relu, conv, relu the copies are conv, relu.
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
