import { noise } from "../tests/parity/formula.ts";

/** The layer on which jax-js is compared: a convolution of stride 1 that keeps the size. */
export const layer = { channels: 64, size: 56, kernel: 3 } as const;

/** The order of axes: PyTorch's or TensorFlow's. The values are the same. */
export type Layout = "channelsFirst" | "channelsLast";

/** Makes the input of the layer, `[N, C, H, W]` or `[N, H, W, C]`. */
export function layerValues(batchSize: number, layout: Layout): Float32Array<ArrayBuffer> {
  const { channels, size } = layer, pixels = size * size;
  const value = noise("image");
  return Float32Array.from({ length: batchSize * channels * pixels }, (_, i) => {
    if (layout === "channelsFirst") return value(i);
    const image = Math.floor(i / (channels * pixels)), channel = i % channels;
    const pixel = Math.floor(i / channels) % pixels;
    return value((image * channels + channel) * pixels + pixel);
  });
}

/** Makes the kernel of the layer, `[out, in, h, w]` or `[h, w, in, out]`. */
export function layerKernel(layout: Layout): Float32Array<ArrayBuffer> {
  const { channels, kernel } = layer, window = kernel * kernel;
  const spread = Math.sqrt(6 / (channels * window)), value = noise("conv.weight");
  return Float32Array.from({ length: channels * channels * window }, (_, i) => {
    if (layout === "channelsFirst") return spread * value(i);
    const output = i % channels, input = Math.floor(i / channels) % channels;
    const place = Math.floor(i / (channels * channels));
    return spread * value((output * channels + input) * window + place);
  });
}
