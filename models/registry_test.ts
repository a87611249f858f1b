import { assertEquals, assertThrows } from "@std/assert";
import { compile } from "../dsl/compile.ts";
import { parse } from "../dsl/parse.ts";
import { sizeOf } from "../dsl/shape.ts";
import { summary } from "../dsl/summary.ts";
import { UserError } from "../errors.ts";
import { buildModel, registry } from "./registry.ts";

/** torchvision's numbers of trainable parameters, with 3 channels and 1000 classes. */
const published: Readonly<Record<string, number>> = {
  alexnet: 61_100_840,
  vgg11: 132_863_336,
  vgg13: 133_047_848,
  vgg16: 138_357_544,
  vgg19: 143_667_240,
  vgg11_bn: 132_868_840,
  vgg13_bn: 133_053_736,
  vgg16_bn: 138_365_992,
  vgg19_bn: 143_678_248,
  resnet18: 11_689_512,
  resnet34: 21_797_672,
  resnet50: 25_557_032,
  resnet101: 44_549_160,
  resnet152: 60_192_808,
};

function trainable(name: string, channels: number, numClasses: number): number {
  const model = compile(buildModel(name, { numClasses }), { input: [224, 224, channels] });
  return model.parameters.reduce((total, { shape, trainable }) => total + (trainable ? sizeOf(shape) : 0), 0);
}

Deno.test("registry: every model has its published number of parameters", () => {
  const counts = Object.keys(registry).map((name) => [name, trainable(name, 3, 1000)]);
  assertEquals(Object.fromEntries(counts), published);
});

Deno.test("registry: grey images and 15 labels change the first and the last layer only", () => {
  const features: Readonly<Record<string, number>> = {
    alexnet: 4096,
    vgg: 4096,
    resnet18: 512,
    resnet34: 512,
    resnet: 2048,
  };
  const stem: Readonly<Record<string, number>> = { alexnet: 11 * 11 * 64, vgg: 3 * 3 * 64, resnet: 7 * 7 * 64 };
  const of = (table: Readonly<Record<string, number>>, name: string) =>
    table[name] ?? Object.entries(table).find(([family]) => name.replace(/\d.*/, "") === family)?.[1];
  for (const [name, parameters] of Object.entries(published)) {
    const less = 2 * Number(of(stem, name)) + 985 * (Number(of(features, name)) + 1);
    assertEquals(trainable(name, 1, 15), parameters - less, name);
  }
});

Deno.test("registry: every spec comes back from JSON as it was", () => {
  for (const name of Object.keys(registry)) {
    const spec = buildModel(name, { numClasses: 15, dropout: 0.1 });
    assertEquals(parse(JSON.stringify(spec)), spec);
  }
});

Deno.test("registry: any image size works, and dropout is the caller's", () => {
  for (const name of ["alexnet", "vgg11", "resnet18"]) {
    const model = compile(buildModel(name, { numClasses: 15, dropout: 0.25 }), { input: [160, 192, 1] });
    assertEquals(model.output, [15]);
    const rates = summary(model).filter(({ type }) => type === "dropout").map(({ details }) => details);
    assertEquals(new Set(rates), new Set(["0.25"]), name);
  }
});

Deno.test("resnet50: 4.1 billion multiply-adds at 224, as published", () => {
  const model = compile(buildModel("resnet50", { numClasses: 1000 }), { input: [224, 224, 3] });
  assertEquals(summary(model).reduce((total, { multiplyAdds }) => total + multiplyAdds, 0), 4_089_184_256);
});

Deno.test("buildModel: a wrong name is answered with the nearest, or with all", () => {
  assertEquals(
    assertThrows(() => buildModel("resnet81", { numClasses: 15 }), UserError).message,
    'there is no model "resnet81"; did you mean resnet18?',
  );
  assertThrows(() => buildModel("transformer", { numClasses: 15 }), UserError, "; the models are alexnet, vgg11, ");
});
