const storage = "it saves in a browser's storage; it fails on tfjs's CPU backend too";
const named = "it wants a metric of a name that other specs have taken; it fails on tfjs's CPU backend too";

/** Specs of tfjs-layers that do not hold on this engine, by how their names begin, and why. */
export const leftOut: Readonly<Record<string, string>> = {
  "LayersModel.fit categoricalCrossentropy model, validationSplit = 0.2, tf.metrics.meanSquareError": named,
  "Save-load round trips Call predict() and fit() after load: Bidirectional LSTM": storage,
  "Save-load round trips Call predict() and fit() after load: conv1d model": storage,
  "Save-load round trips Call predict() and fit() after load: conv2d model": storage,
  "Save-load round trips Functional model, IndexedDB": storage,
  "Save-load round trips Sequential model, Local storage": storage,
  "Save-load round trips loadLayersModel: save and load a model with empty weights": storage,
};
