import { balanced } from "./balanced.ts";
import { binary } from "./binary.ts";
import { original } from "./original.ts";
import { rareFirst } from "./rare_first.ts";
import type { Sampler } from "./sampler.ts";

/**
 * The samplers of training films by name, the default first.
 *
 * @example
 * ```ts
 * import { samplers } from "@thorax/thorax";
 * const order = samplers["rare-first"].draw([[1], [0], [1], [1], [0]], { seed: 42, epoch: 1, noFinding: 1, classes: 2 });
 * console.assert(order.length === 3 && [1, 4].includes(order[0]) && [1, 4].includes(order[2]));
 * ```
 */
export const samplers = { balanced, "rare-first": rareFirst, original, binary } as const satisfies Record<
  string,
  Sampler
>;

/** A sampler's name, which is a value of `--split-type`. */
export type SamplerName = keyof typeof samplers;

const isSamplerName = (name: string): name is SamplerName => Object.hasOwn(samplers, name);
const [first, ...others] = Object.keys(samplers).filter(isSamplerName);

/** Every {@linkcode SamplerName}, the default first. */
export const samplerNames: readonly [SamplerName, ...SamplerName[]] = [first, ...others];

/** What each sampler does, for `--help`: `balanced (…), …`. */
export const samplersHelp: string = samplerNames.map((name) => `${name} (${samplers[name].help})`).join(", ");
