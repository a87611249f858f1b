/** The vision transformers beside timm's own. */
import "../cpu.ts";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { compile } from "../../dsl/compile/compile.ts";
import { sizeOf } from "../../dsl/shape.ts";
import { buildModel, registry, torchName } from "../../models/registry.ts";
import { resizePositionEmbedding } from "../../weights/matching/position_embedding.ts";
import { noise, referenceImages, referenceWeights } from "../parity/formula.ts";
import { python } from "./python.ts";

/** The models that timm has, by the side of the images that they are made for. */
const sides = Object.fromEntries(
  Object.entries(registry).flatMap(([name, { family, inputSize }]) =>
    ["ViT", "DINOv2"].includes(family) && name !== "vit_pt" ? [[name, inputSize]] : []
  ),
);
const computed = ["vit_tiny_patch16_224", "vit_small_patch16_224"] as const;
const grids: [from: [number, number], to: [number, number], channels: number][] = [
  [[14, 14], [10, 12], 192],
  [[37, 37], [16, 16], 8],
  [[14, 14], [24, 20], 8],
];

const value = noise("embedding");

interface Answer {
  readonly logits: Readonly<Record<string, readonly number[]>>;
  readonly parameters: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly resized: readonly (readonly number[])[];
}

const asked = JSON.stringify({ logits: computed, parameters: Object.keys(sides), resized: grids });
const answer: Answer = JSON.parse(await python(new URL("timm_vit.py", import.meta.url), asked));

const modelOf = (name: string, side: number) =>
  compile(buildModel(name, { numClasses: 15 }), { input: [side, side, 1] });

for (const name of computed) {
  Deno.test(`timm's ${name} gives the same logits with the same weights`, () => {
    const model = modelOf(name, sides[name]), images = referenceImages().slice(0, 1);
    const { output } = model.apply(referenceWeights(model, name), images, { training: false });
    const expected = answer.logits[name], largest = Math.max(...expected.map(Math.abs));
    output.dataSync().forEach((value, i) =>
      assertAlmostEquals(value / largest, expected[i] / largest, 1e-5, `label ${i}`)
    );
  });
}

for (const [name, side] of Object.entries(sides)) {
  Deno.test(`timm's ${name} has the same parameters, by name and size`, () => {
    const ours = modelOf(name, side).parameters.map(({ path, shape }) => [torchName(name, path), sizeOf(shape)]);
    assertEquals(Object.fromEntries(ours), answer.parameters[name]);
  });
}

for (const [i, [from, to, channels]] of grids.entries()) {
  Deno.test(`timm resizes a position embedding from ${from.join("×")} to ${to.join("×")} alike`, () => {
    const size = (1 + from[0] * from[1]) * channels;
    const resized = resizePositionEmbedding(Float32Array.from({ length: size }, (_, j) => value(j)), from, to);
    assertEquals(resized.length, answer.resized[i].length);
    // timm has float32 for it
    resized.forEach((number, j) => assertAlmostEquals(number, answer.resized[i][j], 1e-5, `value ${j}`));
  });
}
