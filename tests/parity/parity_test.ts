import "../cpu.ts";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { compile } from "../../dsl/compile/compile.ts";
import { sizeOf } from "../../dsl/shape.ts";
import { buildModel, registry, torchName } from "../../models/registry.ts";
import { noise, referenceImages, referenceWeights } from "./formula.ts";
import reference from "./reference.json" with { type: "json" };

const everyReference = { ...reference.models, ...reference.salted.models };

const gray = (name: string) => compile(buildModel(name, { numClasses: 15 }), { input: [224, 224, 1] });

Deno.test("noise: the same numbers as make_reference.py's", () => {
  // python3 -c 'from make_reference import *; print(uniform("image", 3))'
  const image = noise("image");
  assertEquals([0, 1, 2].map(image), [0.47428866708651185, -0.17520310962572694, -0.5110513456165791]);
});

Deno.test("parity: parameters by PyTorch's names, and how many", () => {
  for (const [name, { parameters, gradient_norms }] of Object.entries(everyReference)) {
    const trainable = gray(name).parameters.filter(({ trainable }) => trainable);
    assertEquals(trainable.reduce((total, { shape }) => total + sizeOf(shape), 0), parameters, name);
    assertEquals(trainable.map(({ path }) => torchName(name, path)).sort(), Object.keys(gradient_norms).sort(), name);
  }
});

Deno.test("parity: every model's paths have PyTorch names that differ", () => {
  for (const name of Object.keys(registry)) {
    const paths = gray(name).parameters.map(({ path }) => path);
    assertEquals(new Set(paths.map((path) => torchName(name, path))).size, paths.length, name);
  }
});

// ResNet-18 has every layer of its family; AlexNet has a flatten, whose order PyTorch's weights do not share.
for (const name of ["resnet18", "alexnet"] as const) {
  Deno.test(`parity: ${name}'s logits equal PyTorch's, on tfjs's CPU backend`, () => {
    const model = gray(name), { logits } = reference.models[name].eval;
    const images = referenceImages().slice(0, 1);
    const { output } = model.apply(referenceWeights(model, name), images, { training: false });
    const largest = Math.max(...logits[0].map(Math.abs));
    output.dataSync().forEach((value, i) =>
      assertAlmostEquals(value / largest, logits[0][i] / largest, 1e-5, `label ${i}`)
    );
  });
}
