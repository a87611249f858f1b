import type { Model } from "../dsl/compile/compile.ts";

/**
 * Returns the shape of the images that a model takes, `[H, W, C]`.
 *
 * @throws {TypeError} if the model does not take images
 */
export function imageShape(
  { input }: Pick<Model, "input">,
): readonly [height: number, width: number, channels: number] {
  const [height, width, channels] = input;
  if (height === undefined || width === undefined || channels === undefined || input.length > 3) {
    throw new TypeError(`the model takes [${input.join(", ")}], which is not the shape of an image`);
  }
  return [height, width, channels];
}
