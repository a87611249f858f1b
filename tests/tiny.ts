/** For tests: a model and films that train in a second. */
import type { Dataset } from "../data/dataset.ts";
import { batchNorm } from "../dsl/layers/batch_norm.ts";
import { compile, type Model } from "../dsl/compile/compile.ts";
import { conv } from "../dsl/layers/conv.ts";
import { dense } from "../dsl/layers/dense.ts";
import { dropout } from "../dsl/layers/dropout.ts";
import { flatten } from "../dsl/layers/flatten.ts";
import { globalPool } from "../dsl/layers/global_pool.ts";
import { relu } from "../dsl/layers/activations.ts";
import { stack } from "../dsl/combinators/stack.ts";

/** The height and width of a tiny film. */
export const side = 8;

/** 8×8 films with a bright half: upper, Mass; lower, Nodule; else No Finding. Every film is a patient of its own. */
export function tinyDataset(count: number): Dataset {
  const plane = (label: number) => {
    const pixels = new Uint8Array(side * side).fill(60);
    if (label < 2) pixels.fill(220, label * 32, label * 32 + 32);
    return { width: side, height: side, pixels };
  };
  return {
    kind: "phantom",
    name: "tiny (synthetic)",
    synthetic: true,
    notes: [],
    labels: ["Mass", "Nodule", "No Finding"],
    namesPatients: true,
    films: Array.from({ length: count }, (_, film) => ({
      image: `tiny-${film}`,
      patient: `patient-${film}`,
      labels: [film % 3],
    })),
    identify: (film) => ({ digest: `${film}`.padStart(16, "0") }),
    job: (film) => ({ kind: "plane", plane: plane(film % 3) }),
  };
}

/** The same films, of which some have lost their files; `broken` may change while they are read. */
export function withBrokenFilms<D extends Pick<Dataset, "job">>(dataset: D, broken: ReadonlySet<number>): D {
  return {
    ...dataset,
    job: (film) => broken.has(film) ? { kind: "file", path: `lost/${film}.png` } : dataset.job(film),
  };
}

/** A layer of each kind that training treats in its own way. */
export function tinyModel({ rate = 0.5 }: { readonly rate?: number } = {}): Model {
  const spec = stack({
    conv: conv(4, 3, { padding: 1, bias: false }),
    bn: batchNorm(),
    relu: relu(),
    pool: globalPool(),
    dropout: dropout(rate),
    head: dense(3),
  });
  return compile(spec, { input: [side, side, 1] });
}

/** One dense layer: whatever it is trained towards, its loss on the same films falls. */
export function linearModel(): Model {
  return compile(stack({ flatten: flatten(), head: dense(3) }), { input: [side, side, 1] });
}
