/** For tests: graph models of TensorFlow.js, read as tfjs reads them from a server. */
import * as tfjs from "@tensorflow/tfjs";

/** Loads the graph model in a folder. */
export function readTfjsModel(folder: string): Promise<tfjs.GraphModel> {
  return tfjs.loadGraphModel({
    load() {
      const model: tfjs.io.ModelJSON = JSON.parse(Deno.readTextFileSync(`${folder}/model.json`));
      return tfjs.io.getModelArtifactsForJSON(model, ([{ paths, weights }]) => {
        const shards = paths.map((path) => Deno.readFileSync(`${folder}/${path}`).buffer);
        return Promise.resolve([weights, tfjs.io.concatenateArrayBuffers(shards)]);
      });
    },
  });
}
