import "../tests/cpu.ts";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { randomStream } from "../random.ts";
import { compile } from "./compile/compile.ts";
import { dense } from "./layers/dense.ts";
import { SpecError } from "./errors.ts";
import {
  constant,
  draw,
  fanInUniform,
  fansOf,
  type Initializer,
  kaimingNormal,
  kaimingUniform,
  normal,
  truncatedNormal,
  xavierNormal,
  xavierUniform,
} from "./initializers.ts";
import { calledAt } from "./testing.ts";

const kernel = [3, 3, 16, 64];
const values = (init: Initializer) => draw(init, new Float32Array(3 * 3 * 16 * 64), kernel, randomStream(1, "test"));

function moments(values: Float32Array) {
  const mean = (of: (value: number) => number) => values.reduce((sum, value) => sum + of(value), 0) / values.length;
  const average = mean((value) => value), std = Math.sqrt(mean((value) => (value - average) ** 2));
  return {
    average,
    std,
    kurtosis: mean((value) => ((value - average) / std) ** 4),
    largest: Math.max(...values.map(Math.abs)),
  };
}

Deno.test("fans: of a convolution they count its window", () => {
  assertEquals(fansOf(kernel), { fanIn: 144, fanOut: 576 });
  assertEquals(fansOf([512, 15]), { fanIn: 512, fanOut: 15 });
});

Deno.test("draw: each normal has its paper's standard deviation, and a normal's tails", () => {
  const expected: [Initializer, number][] = [
    [kaimingNormal(), Math.sqrt(2 / 144)],
    [kaimingNormal({ mode: "fanOut", gain: 1 }), Math.sqrt(1 / 576)],
    [xavierNormal(), Math.sqrt(2 / 720)],
    [normal({ std: 0.01 }), 0.01],
    [truncatedNormal({ std: 0.02 }), 0.02],
  ];
  for (const [init, std] of expected) {
    const drawn = moments(values(init));
    assertAlmostEquals(drawn.average / std, 0, 0.04, init.type);
    assertAlmostEquals(drawn.std / std, 1, 0.02, init.type);
    assertAlmostEquals(drawn.kurtosis, 3, 0.2, init.type);
  }
});

Deno.test("draw: each uniform fills its bounds, √3 standard deviations", () => {
  const expected: [Initializer, number][] = [
    [kaimingUniform(), Math.sqrt(6 / 144)],
    [fanInUniform, 1 / Math.sqrt(144)],
    [xavierUniform({ gain: 2 }), 2 * Math.sqrt(6 / 720)],
  ];
  for (const [init, bound] of expected) {
    const { largest, kurtosis } = moments(values(init));
    assert(largest <= bound && largest > 0.999 * bound, `${init.type}: ${largest} of ${bound}`);
    assertAlmostEquals(kurtosis, 1.8, 0.05, init.type);
  }
});

Deno.test("draw: a truncated normal ends at ±2, as PyTorch's does", () => {
  const { largest, std } = moments(values(truncatedNormal()));
  assert(largest <= 2 && largest > 1.99, `${largest}`);
  assertAlmostEquals(std, 0.8796, 0.01); // of N(0, 1) between −2 and 2
});

Deno.test("draw: a constant, and an odd number of normal values", () => {
  assertEquals([...draw(constant(0.5), new Float32Array(3), [3], randomStream(1))], [0.5, 0.5, 0.5]);
  assert(draw(normal(), new Float32Array(5), [5], randomStream(1)).every((value) => value !== 0));
});

Deno.test("dense: kernel and bias start within ±1/√fanIn, as PyTorch's do", () => {
  const weights = compile(dense(100), { input: [400] }).init(3);
  for (const name of ["kernel", "bias"]) {
    const largest = Math.max(...weights[name].dataSync().map(Math.abs));
    assert(largest <= 0.05 && largest > 0.045, `${name}: ${largest}`);
  }
});

Deno.test("initializers: a wrong one is refused by name", () => {
  const message = (make: () => unknown) => assertThrows(make, SpecError).message.replace(calledAt, "");
  assertEquals(message(() => normal({ std: -1 })), "normal: std must be a positive number, got -1");
  const unknown = { init: { type: "he" } as never };
  assertEquals(
    message(() => dense(3, unknown)),
    "dense: init must be an initializer (kaimingNormal, kaimingUniform, xavierNormal, xavierUniform, normal, " +
      'truncatedNormal, constant), got {"type":"he"}',
  );
});
