import { assertEquals, assertThrows } from "@std/assert";
import { compile } from "../dsl/compile/compile.ts";
import { parse } from "../dsl/compile/parse.ts";
import { sizeOf } from "../dsl/shape.ts";
import { summary } from "../dsl/compile/summary.ts";
import { UserError } from "../errors.ts";
import { buildModel, registry } from "./registry.ts";

/**
 * Trainable parameters: torchvision's and timm's own numbers (3 channels, 1000 classes), and with 1 channel and 15
 * classes.
 */
const published: Readonly<Record<string, readonly [rgb: number, gray: number]>> = {
  alexnet: [61_100_840, 57_049_807],
  vgg11: [132_863_336, 128_826_639],
  vgg13: [133_047_848, 129_011_151],
  vgg16: [138_357_544, 134_320_847],
  vgg19: [143_667_240, 139_630_543],
  vgg11_bn: [132_868_840, 128_832_143],
  vgg13_bn: [133_053_736, 129_017_039],
  vgg16_bn: [138_365_992, 134_329_295],
  vgg19_bn: [143_678_248, 139_641_551],
  resnet18: [11_689_512, 11_177_935],
  resnet34: [21_797_672, 21_286_095],
  resnet50: [25_557_032, 23_532_495],
  resnet101: [44_549_160, 42_524_623],
  resnet152: [60_192_808, 58_168_271],
  mobilenet_v3_large: [5_483_032, 4_220_959],
  mobilenet_v3_small: [2_542_856, 1_532_943],
  efficientnet_b0: [5_288_548, 4_026_187],
  convnext_tiny: [28_589_128, 27_828_591],
  densenet121: [7_978_856, 6_962_959],
  densenet161: [28_681_000, 26_495_727],
  densenet169: [14_149_480, 12_503_183],
  densenet201: [20_013_928, 18_115_471],
  vit_tiny_patch16_224: [5_717_416, 5_429_007],
  vit_small_patch16_224: [22_050_664, 21_474_831],
  vit_base_patch16_224: [86_567_656, 85_416_975],
  vit_pt: [5_717_416, 5_429_007],
  vit_base_patch14_dinov2: [86_493_928, 85_435_407],
};

function trainable(name: string, channels: number, numClasses: number): number {
  const model = compile(buildModel(name, { numClasses }), { input: [224, 224, channels] });
  return model.parameters.reduce((total, { shape, trainable }) => total + (trainable ? sizeOf(shape) : 0), 0);
}

Deno.test("registry: every model has its published number of parameters", () => {
  const counts = Object.keys(registry).map((name) => [name, [trainable(name, 3, 1000), trainable(name, 1, 15)]]);
  assertEquals(Object.fromEntries(counts), published);
});

Deno.test("registry: every model has its published figures at its own input size", () => {
  for (const [name, { inputSize, parameters, multiplyAdds }] of Object.entries(registry)) {
    const rows = summary(compile(buildModel(name, { numClasses: 1000 }), { input: [inputSize, inputSize, 3] }));
    const total = (count: (row: (typeof rows)[number]) => number) => rows.reduce((sum, row) => sum + count(row), 0);
    const million = Math.round(total((row) => row.multiplyAdds) / 1e6);
    assertEquals([total((row) => row.parameters), million], [parameters, Math.round(multiplyAdds / 1e6)], name);
  }
});

Deno.test("registry: every spec comes back from JSON as it was", () => {
  for (const name of Object.keys(registry)) {
    const spec = buildModel(name, { numClasses: 15, dropout: 0.1 });
    assertEquals(parse(JSON.stringify(spec)), spec);
  }
});

Deno.test("registry: any image size works, and dropout is the caller's", () => {
  for (const name of ["alexnet", "vgg11", "resnet18", "densenet121", "efficientnet_b0", "vit_pt"]) {
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

Deno.test("vit: its position embedding has the grid of the image", () => {
  const positions = (name: string, input: [number, number, number]) => {
    const { parameters } = compile(buildModel(name, { numClasses: 15 }), { input });
    return parameters.find(({ path }) => path === "tokens/positionEmbedding")?.shape;
  };
  assertEquals(positions("vit_pt", [224, 224, 1]), [1 + 14 * 14, 192]);
  assertEquals(positions("vit_pt", [160, 192, 1]), [1 + 10 * 12, 192]);
  assertEquals(positions("vit_base_patch14_dinov2", [518, 518, 1]), [1 + 37 * 37, 768]);
});

Deno.test("vit_tiny_patch16_224: 1.3 billion multiply-adds, with those of the attention", () => {
  const model = compile(buildModel("vit_tiny_patch16_224", { numClasses: 1000 }), { input: [224, 224, 3] });
  const block = 12 * 197 * 192 * 192 + 2 * 197 * 197 * 192;
  const total = summary(model).reduce((total, { multiplyAdds }) => total + multiplyAdds, 0);
  assertEquals(total, 196 * 768 * 192 + 12 * block + 192 * 1000);
});

Deno.test("buildModel: a wrong name is answered with the nearest, or with all", () => {
  assertEquals(
    assertThrows(() => buildModel("resnet81", { numClasses: 15 }), UserError).message,
    'there is no model "resnet81"; did you mean resnet18?',
  );
  assertThrows(() => buildModel("transformer", { numClasses: 15 }), UserError, "; the models are alexnet, vgg11, ");
});
