import type { RandomStream } from "../random.ts";
import { SpecError } from "./errors.ts";
import { type Field, type Fields, number, oneOf, optional, positive, readFields } from "./fields.ts";
import { type Shape, sizeOf } from "./shape.ts";

/** Of He's initializers: whether the scale keeps the variance of the activations, or that of the gradients. */
export type FanMode = "fanIn" | "fanOut";

/** The fields of each initializer. */
export interface Initializers {
  kaimingNormal: { readonly type: "kaimingNormal"; readonly mode: FanMode; readonly gain: number };
  kaimingUniform: { readonly type: "kaimingUniform"; readonly mode: FanMode; readonly gain: number };
  xavierNormal: { readonly type: "xavierNormal"; readonly gain: number };
  xavierUniform: { readonly type: "xavierUniform"; readonly gain: number };
  normal: { readonly type: "normal"; readonly std: number };
  truncatedNormal: { readonly type: "truncatedNormal"; readonly std: number };
  constant: { readonly type: "constant"; readonly value: number };
}

/** How a parameter's first values are drawn: data, like every spec. */
export type Initializer = Initializers[keyof Initializers];

const gainOr = (absent: number) => optional(positive, absent);
const mode = optional(oneOf("fanIn", "fanOut"), "fanIn");

const tables: { readonly [K in keyof Initializers]: Fields<Initializers[K]> } = {
  kaimingNormal: { mode, gain: gainOr(Math.SQRT2) },
  kaimingUniform: { mode, gain: gainOr(Math.SQRT2) },
  xavierNormal: { gain: gainOr(1) },
  xavierUniform: { gain: gainOr(1) },
  normal: { std: optional(positive, 1) },
  truncatedNormal: { std: optional(positive, 1) },
  constant: { value: number },
};

type Options<K extends keyof Initializers> = Partial<Omit<Initializers[K], "type">>;

function initializerOf<K extends keyof Initializers>(type: K, values: Options<K>): Initializers[K] {
  const spec = () => {
    throw new SpecError(`${type} has no children`);
  };
  return readFields<Initializers[K]>(type, tables[type], values, { place: type, spec });
}

/** Normal with standard deviation gain / √fan (He et al. 2015). Defaults: `fanIn`, and √2, which is ReLU's gain. */
export const kaimingNormal = (options: Options<"kaimingNormal"> = {}) => initializerOf("kaimingNormal", options);

/** Uniform with the standard deviation of {@linkcode kaimingNormal}. */
export const kaimingUniform = (options: Options<"kaimingUniform"> = {}) => initializerOf("kaimingUniform", options);

/** Normal with standard deviation gain · √(2 / (fanIn + fanOut)) (Glorot & Bengio 2010). */
export const xavierNormal = (options: Options<"xavierNormal"> = {}) => initializerOf("xavierNormal", options);

/** Uniform with the standard deviation of {@linkcode xavierNormal}. */
export const xavierUniform = (options: Options<"xavierUniform"> = {}) => initializerOf("xavierUniform", options);

/** Normal around 0. */
export const normal = (options: Options<"normal"> = {}) => initializerOf("normal", options);

/** Normal around 0, drawn anew beyond ±2: the bounds of PyTorch's and timm's `trunc_normal_`, which are no multiples of `std`. */
export const truncatedNormal = (options: Options<"truncatedNormal"> = {}) => initializerOf("truncatedNormal", options);

/** Everywhere the same. */
export const constant = (value: number) => initializerOf("constant", { value });

export const zeros = constant(0);
export const ones = constant(1);

/** PyTorch's own for convolution and linear, kernel and bias: U(±1/√fanIn), which it writes as Kaiming with a = √5. */
export const fanInUniform = kaimingUniform({ mode: "fanIn", gain: Math.sqrt(1 / 3) });

/** Reads an initializer; `absent` where the field is left out. */
export function initializer(absent: Initializer): Field<Initializer> {
  return (value, at) => {
    if (value === undefined) return absent;
    if (typeof value !== "object" || value === null || !("type" in value) || !isType(value.type)) {
      throw at.error(`an initializer (${Object.keys(tables).join(", ")})`);
    }
    return initializerOf(value.type, value);
  };
}

function isType(type: unknown): type is keyof Initializers {
  return typeof type === "string" && Object.hasOwn(tables, type);
}

/** How many inputs reach an output of a kernel `[…, in, out]`, and how many outputs an input. */
export function fansOf(kernel: Shape): Readonly<Record<FanMode, number>> {
  const [inputs, outputs] = kernel.length > 1 ? kernel.slice(-2) : [1, 1];
  const window = sizeOf(kernel) / (inputs * outputs);
  return { fanIn: window * inputs, fanOut: window * outputs };
}

/** Draws `size` first values; `kernel` is the shape whose fans count. */
export function draw(init: Initializer, size: number, kernel: Shape, stream: RandomStream): Float32Array<ArrayBuffer> {
  const values = new Float32Array(size), fans = fansOf(kernel);
  const xavier = Math.sqrt(2 / (fans.fanIn + fans.fanOut));
  switch (init.type) {
    case "constant":
      return values.fill(init.value);
    case "normal":
      return fillNormal(values, init.std, stream);
    case "truncatedNormal":
      return fillNormal(values, init.std, stream, 2);
    case "kaimingNormal":
      return fillNormal(values, init.gain / Math.sqrt(fans[init.mode]), stream);
    case "kaimingUniform":
      return fillUniform(values, init.gain / Math.sqrt(fans[init.mode]), stream);
    case "xavierNormal":
      return fillNormal(values, init.gain * xavier, stream);
    case "xavierUniform":
      return fillUniform(values, init.gain * xavier, stream);
  }
}

/** U(±√3·std), whose standard deviation is std. */
function fillUniform<A extends Float32Array>(values: A, std: number, stream: RandomStream): A {
  const bound = Math.sqrt(3) * std;
  for (let i = 0; i < values.length; i++) values[i] = bound * (2 * stream.uniform() - 1);
  return values;
}

/** Marsaglia's polar method, in pairs and without trigonometry: VGG-16's 138 million values in two seconds. */
function fillNormal<A extends Float32Array>(values: A, std: number, stream: RandomStream, bound = Infinity): A {
  for (let i = 0; i < values.length;) {
    const x = 2 * stream.uniform() - 1, y = 2 * stream.uniform() - 1, square = x * x + y * y;
    if (square >= 1 || square === 0) continue;
    const factor = std * Math.sqrt(-2 * Math.log(square) / square);
    if (Math.abs(x * factor) <= bound) values[i++] = x * factor;
    if (i < values.length && Math.abs(y * factor) <= bound) values[i++] = y * factor;
  }
  return values;
}
