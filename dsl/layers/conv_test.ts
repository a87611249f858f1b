import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { compile, firstValue } from "../compile/compile.ts";
import { conv } from "./conv.ts";
import { ShapeError, SpecError } from "../errors.ts";
import golden from "../golden/expected.json" with { type: "json" };
import { pool } from "./pool.ts";
import { stack } from "../combinators/stack.ts";
import { assertTensor, waves } from "../../ops/testing.ts";
import { calledAt, forward } from "../testing.ts";
import { summary } from "../compile/summary.ts";

// Expected values, made by ../golden/make_expected.py: F.conv2d's in float64, of the same waves.

Deno.test("conv: one window by hand", () => {
  const { output } = forward(conv(1, 2, { bias: false }), waves([1, 2, 2, 1]));
  const expected = [1, 2, 3, 4].reduce((sum, i) => sum + Math.sin(i) ** 2, 0);
  assertTensor(output, [1, 1, 1, 1], [expected]);
});

Deno.test("conv: odd sizes, asymmetric kernel, stride and padding", () => {
  const { output } = forward(conv(2, [3, 2], { stride: [3, 2], padding: [0, 1] }), waves([1, 7, 6, 2]));
  assertTensor(output, [1, 2, 4, 2], golden.conv.odd);
});

Deno.test("conv: groups, dilation and stride at once", () => {
  const spec = conv(2, [3, 2], { stride: [1, 2], padding: 1, dilation: [2, 3], groups: 2 });
  assertTensor(forward(spec, waves([1, 5, 6, 4])).output, [1, 3, 3, 2], golden.conv.grouped);
});

Deno.test('conv: "same" keeps the size, an even kernel padded after', () => {
  const { output } = forward(conv(2, [2, 3], { padding: "same" }), waves([1, 2, 3, 1]));
  assertTensor(output, [1, 2, 3, 2], golden.conv.same);
});

Deno.test("conv: parameters, and multiply-adds without the bias", () => {
  const model = compile(conv(6, [3, 2], { groups: 2, stride: 2 }), { input: [9, 8, 4] });
  assertEquals(model.parameters.map(({ path, shape }) => [path, shape]), [["kernel", [3, 2, 2, 6]], ["bias", [6]]]);
  assertEquals(summary(model)[0].multiplyAdds, 4 * 4 * 6 * (3 * 2 * 2));
  assertEquals(summary(model)[0].details, "3×2, stride 2, groups 2");
});

Deno.test("conv: first kernels are normal with variance 2 / fan-out, first biases 0", () => {
  const model = compile(conv(64, [3, 2], { groups: 2 }), { input: [9, 8, 64] });
  const [kernel, bias] = model.parameters.map((parameter) => firstValue(parameter, 1).dataSync<"float32">());
  const variance = kernel.reduce((sum, value) => sum + value ** 2, 0) / kernel.length;
  assertAlmostEquals(variance / (2 / (3 * 2 * 64)), 1, 0.05); // of 12,288 values: 4 standard deviations
  assertEquals(bias, new Float32Array(64));
});

Deno.test("conv: a window larger than what reaches it names the neighbor", () => {
  const spec = stack({ pool: pool(2), conv: conv(8, 5, { padding: [0, 1] }) });
  const error = assertThrows(() => compile(spec, { input: [8, 8, 1] }), ShapeError);
  assertEquals(
    error.message,
    "conv (conv): expected an image no smaller than the window, 5×5 less padding 0×1 on each side, " +
      "got [4, 4, 1] from pool (pool). Give larger images, fewer strides before it, a smaller window or more padding.",
  );
});

Deno.test("conv: channels that groups do not divide", () => {
  const error = assertThrows(() => compile(conv(4, 1, { groups: 2 }), { input: [8, 8, 3] }), ShapeError);
  assertEquals(
    error.message,
    "conv: expected channels in 2 groups, got [8, 8, 3] from the input. Let groups divide the channels that come in.",
  );
});

Deno.test("conv: wrong fields are refused by name", () => {
  const message = (make: () => unknown) => assertThrows(make, SpecError).message.replace(calledAt, "");
  assertEquals(message(() => conv(0, 3)), "conv: filters must be a positive integer, got 0");
  assertEquals(message(() => conv(8, NaN)), "conv: kernel must be a positive integer, or a pair of them, got null");
  assertEquals(
    message(() => conv(8, 3, { padding: [1, -1] })),
    "conv: padding must be an integer from 0, or a pair of them, got [1,-1]",
  );
  assertEquals(
    message(() => conv(8, 3, { stride: 2, padding: "same" })),
    'conv: padding "same" goes with stride 1 only; give numbers, such as half the kernel',
  );
  assertEquals(message(() => conv(8, 3, { groups: 3 })), "conv: 8 filters cannot be split into 3 groups");
  const misspelt = { bias: false, strides: 2 };
  assertEquals(message(() => conv(8, 3, misspelt)), 'conv: there is no field "strides"; did you mean stride?');
});
