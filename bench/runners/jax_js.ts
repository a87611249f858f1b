/** One convolution, 3×3, 64 → 64 at 56², forward and backward, in jax-js on WebAssembly. */
import { defaultDevice, init, jit, lax, numpy as np, valueAndGrad } from "npm:@jax-js/jax@0.1.25";
import type { Job } from "../job.ts";
import { layer, layerKernel, layerValues } from "../layer.ts";
import { serve } from "./serve.ts";

await serve<Job>(async ({ batchSize }) => {
  await init("wasm");
  defaultDevice("wasm");
  const { channels, size, kernel } = layer;
  const x = np.array(layerValues(batchSize, "channelsFirst")).reshape([batchSize, channels, size, size]);
  const w = np.array(layerKernel("channelsFirst")).reshape([channels, channels, kernel, kernel]);
  const meanSquare = (x: np.Array, w: np.Array) => np.square(lax.conv(x, w, [1, 1], "SAME")).mean();
  const gradients = jit(valueAndGrad(meanSquare, { argnums: [0, 1] }));
  const step = async () => {
    const start = performance.now();
    const [loss, [dx, dw]] = gradients(x.ref, w.ref);
    const [value] = await loss.data();
    await Promise.all([dx.data(), dw.data()]); // computed when read
    return { ms: performance.now() - start, loss: value };
  };
  return { step, builds: { "@jax-js/jax": "0.1.25" } };
});
