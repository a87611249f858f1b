/** What a new architecture is first tried with: a few steps of training, over and over on the same few films. */
import "@tensorflow/tfjs";
import { adam, compile, defineSampler, documentRecipe, fit, openBatches, openDataset, type Spec } from "@thorax/thorax";

/** Trains a spec of 15 classes on eight films of the phantom, 32×32, on the backend in use; the loss before each step. */
export async function fewSteps(spec: Spec, steps: number): Promise<number[]> {
  const dataset = await openDataset({ kind: "phantom" }), films = [...Array(8).keys()];
  await using batches = openBatches(dataset, { imageSize: 32, workers: 0 });
  const recipe = {
    ...documentRecipe,
    optimizer: adam({ learningRate: 0.01, weightDecay: 0, clip: null }),
    sampler: defineSampler({ type: "over-and-over", draw: (labels) => Array(steps).fill([...labels.keys()]).flat() }),
  };
  const losses: number[] = [];
  await fit(
    {
      model: compile(spec, { input: [32, 32, 1] }),
      dataset,
      split: { train: films, val: films },
      batches,
      recipe,
      batchSize: films.length,
      epochs: 1,
    },
    undefined,
    [{ name: "losses", step: ({ loss }) => void losses.push(loss) }],
  );
  return losses;
}
