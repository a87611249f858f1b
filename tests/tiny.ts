/** For tests: a model, films and a run that train in a second. */
import type { Dataset } from "../data/dataset.ts";
import { openBatches } from "../data/stream/batches.ts";
import { batchNorm } from "../dsl/layers/batch_norm.ts";
import { compile, type Model } from "../dsl/compile/compile.ts";
import { conv } from "../dsl/layers/conv.ts";
import { dense } from "../dsl/layers/dense.ts";
import { dropout } from "../dsl/layers/dropout.ts";
import { flatten } from "../dsl/layers/flatten.ts";
import { globalPool } from "../dsl/layers/global_pool.ts";
import { relu } from "../dsl/layers/activations.ts";
import { stack } from "../dsl/combinators/stack.ts";
import { describe } from "../train/describe.ts";
import { checkOptions, type TrainOptions, trainOptions } from "../train/options.ts";
import { runFolder } from "../train/run_folder.ts";
import type { Training } from "../train/training.ts";

const side = 8;

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

/** A run on 12 training and 6 validation films in batches of 4; its films are decoded on this thread. */
export function tinyTraining(
  folder: string,
  { model = tinyModel(), ...given }: Partial<Omit<TrainOptions, "model"> & { model: Model }> = {},
): Training & AsyncDisposable {
  const options = checkOptions(trainOptions, {
    imgSize: 32,
    batchSize: 4,
    lr: 0.01,
    splitType: "original",
    epochs: 2,
    ...given,
    model: "tiny",
  });
  const dataset = tinyDataset(21);
  const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
  const split = { train: range(0, 12), val: range(12, 18), test: range(18, 21) };
  const batches = openBatches(dataset, { imageSize: side, workers: 0 });
  Deno.mkdirSync(`${folder}/last`, { recursive: true });
  return {
    model,
    options,
    dataset,
    split,
    batches,
    folder: runFolder(folder),
    describe: (progress) => describe({ name: "tiny", model, dataset, options }, progress),
    signal: new AbortController().signal,
    [Symbol.asyncDispose]: () => batches[Symbol.asyncDispose](),
  };
}
