import type { FaultTable } from "../mutant.ts";

/** Faults of training, of its observers, and of what opens and resumes a run. */
export const train: FaultTable = {
  "train/epoch.ts": [
    [
      "one dropout mask for the whole epoch",
      'randomStream(seed, "dropout", number)',
      'randomStream(seed, "dropout", epoch)',
    ],
    [
      "the clipping threshold of the epoch before",
      "step: number, epoch, learningRate })",
      "step: number, epoch: epoch - 1, learningRate })",
    ],
    [
      "a step's row has the mean so far",
      "batch: ++done, loss, learningRate",
      "batch: ++done, loss: sum / done, learningRate",
    ],
    ["a short batch counts by its films", "sum += taken.loss;", "sum += taken.loss * batch.size / batchSize;"],
  ],
  "train/optimizers/update.ts": [
    [
      "the norm after clipping is told",
      "return { parameters: updated, norm, finite };",
      "return { parameters: updated, norm: tf.mul(norm, scale), finite };",
    ],
    ["rates of parameters are ignored", "scaled.get(rates[index] ?? 1)", "scaled.get(1)"],
    ["a step whose loss is infinite is taken", "tf.isFinite(tf.add(loss, norm))", "tf.isFinite(norm)"],
  ],
  "train/clipping/clip_by_global_norm.ts": [
    [
      "the threshold rises an epoch early",
      "Math.max(0, epoch - constantEpochs)",
      "Math.max(0, epoch + 1 - constantEpochs)",
    ],
  ],
  "train/optimizers/adam.ts": [
    ["ε before the bias correction", "Math.fround(epsilon * correction)", "Math.fround(epsilon)"],
  ],
  "train/schedules/reduce_on_plateau.ts": [
    ["the threshold is gone", "loss < best * (1 - threshold)", "loss < best"],
    ["one epoch's patience less", "if (badEpochs < patience)", "if (badEpochs + 1 < patience)"],
  ],
  "train/early_stops/patience.ts": [
    ["one epoch's patience more", ">= stop.patience", "> stop.patience"],
    [
      "a rate that begins as small stops training",
      "learningRate < initialLearningRate && learningRate",
      "learningRate",
    ],
  ],
  "train/loop.ts": [
    ["an equal loss is better", "loss < progress.best.loss", "loss <= progress.best.loss"],
    [
      "validation ignores the precision",
      "compileValidation(model, { loss, precision })",
      "compileValidation(model, { loss })",
    ],
    ["remat does not reach the step", "rates, precision, remat, xla })", "rates, precision, xla })"],
    ["rates do not reach the step", "optimizer, rates, precision", "optimizer, precision"],
    ["first weights ignore the seed", "model.init(seed)", "model.init(0)"],
  ],
  "train/step.ts": [
    ["remat does nothing", "precision, remat, seed })", "precision, seed })"],
    ["running statistics take a step that is not finite", "tf.where(finite, statistic, weights[path])", "statistic"],
  ],
  "train/validate.ts": [
    ["padding counts", "tf.where(tf.less(tf.range(0, losses.size), size), losses, 0)", "losses"],
  ],
  "train/losses/mean_loss.ts": [
    ["batches count by their films", "return sum / batches;", "return sum * perBatch / logits.length;"],
  ],
  "train/observers/metrics_csv.ts": [
    [
      "speed counts batches",
      "examples_per_second: examples / seconds,\n      }),\n    validated",
      "examples_per_second: 1 / seconds,\n      }),\n    validated",
    ],
  ],
  "train/observers/checkpoints.ts": [
    ["checkpoints are an epoch late", "epoch % saveEvery !== 0", "(epoch - 1) % saveEvery !== 0"],
  ],
  "train/observers/last_state.ts": [
    ["an interrupted run keeps the state of its last epoch", "    interrupted: keep,\n", ""],
  ],
  "train/fine_tuning.ts": [
    ["rates are absolute", "rates.set(path, rate / learningRate)", "rates.set(path, rate)"],
    ["the head is frozen, and all else trained", "(path) => !head.has(path)", "(path) => head.has(path)"],
  ],
  "train/run/split_run.ts": [
    [
      "a run that goes on draws its split anew",
      "const inherited = inheritSplit(drawn, recognition)",
      "const inherited = inheritSplit(drawn, { films: recognition.films.map(() => ({})) as typeof recognition.films })",
    ],
    ["the split's seed is ignored", "const seed = splitSeed ?? 42", "const seed = 42"],
    ["one film that is gone is passed over", "held.gone > 0 && (!withoutGone", "held.gone > 1 && (!withoutGone"],
  ],
  "train/run/inherit.ts": [
    [
      "new films of known patients go where they are drawn",
      "patientSplit ?? split ?? fresh[film]",
      "split ?? fresh[film]",
    ],
    [
      "test films are trained on",
      'return { train: of("train"), val',
      'return { train: [...of("train"), ...of("test")], val',
    ],
    [
      "a new split tests new films of patients that were seen",
      "(films[film].seen || films[film].patientSeen)",
      "films[film].seen",
    ],
  ],
  "train/run/open_films.ts": [
    [
      "the seed of the split is lost",
      "splitRun({ ...options, dataset",
      "splitRun({ ...options, splitSeed: undefined, dataset",
    ],
    [
      "films have the default range",
      "channels: [normalization]",
      "channels: [{ mean: normalization.mean * 0 + 0.5, std: 0.5 }]",
    ],
  ],
  "train/run/open_run.ts": [
    [
      "the split follows the run's seed",
      "      ...options,\n      imageSize",
      "      ...options,\n      splitSeed: seed,\n      imageSize",
    ],
    ["rates of parameters are lost", "    rates,\n    head,\n", "    head,\n"],
    [
      "a checkpoint does not say the range of its films",
      "    modelSha256,\n    normalization,\n    lineage",
      "    modelSha256,\n    lineage",
    ],
    [
      "the precision of a run is lost",
      "limitValBatches, precision, remat, xla };\n}",
      "limitValBatches, remat, xla };\n}",
    ],
  ],
  "train/run/resume_run.ts": [
    [
      "another file of the model is taken",
      "kept !== undefined && kept !== modelSha256",
      "kept !== undefined && modelSha256 === undefined",
    ],
    ["what is given anew is ignored", "...given(options), ...compiled", "...compiled"],
  ],
  "train/run/config.ts": [
    ["the sampler may contradict the recipe", "    splitType: sampler.type,\n  };\n  for", "  };\n  for"],
  ],
  "commands/resume.ts": [
    [
      "every option may change on resume",
      "definition.mayChange || value === kept",
      "definition.mayChange || value !== kept",
    ],
  ],
  "commands/test_best.ts": [
    ["the final weights are tested", "openCheckpoint(folder.best)", "openCheckpoint(folder.final)"],
    ["the test's loss is called validation's", 'split: "test", loss, examples', 'split: "val", loss, examples'],
  ],
};
