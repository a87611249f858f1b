import type { RandomStream } from "../random.ts";
import { SpecError } from "./errors.ts";
import { type Field, type Fields, number, oneOf, optional, positive, readFields } from "./fields.ts";
import { type Shape, sizeOf } from "./shape.ts";

/**
 * Which fan a Kaiming initializer divides by: `fanIn` keeps the variance of activations, `fanOut` that of gradients.
 */
export type FanMode = "fanIn" | "fanOut";

/** The fields of each initializer, by type. */
export interface Initializers {
  /** N(0, gain² / fan). */
  kaimingNormal: { readonly type: "kaimingNormal"; readonly mode: FanMode; readonly gain: number };
  /** Uniform, with variance gain² / fan. */
  kaimingUniform: { readonly type: "kaimingUniform"; readonly mode: FanMode; readonly gain: number };
  /** N(0, 2·gain² / (fanIn + fanOut)). */
  xavierNormal: { readonly type: "xavierNormal"; readonly gain: number };
  /** Uniform, with variance 2·gain² / (fanIn + fanOut). */
  xavierUniform: { readonly type: "xavierUniform"; readonly gain: number };
  /** N(0, std²). */
  normal: { readonly type: "normal"; readonly std: number };
  /** N(0, std²) within ±2. */
  truncatedNormal: { readonly type: "truncatedNormal"; readonly std: number };
  /** One value everywhere. */
  constant: { readonly type: "constant"; readonly value: number };
}

/** How a parameter's first values are drawn. An initializer is frozen data, as every spec is. */
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

/** The fields of an initializer that a caller may set; the others have defaults. */
export type InitializerOptions<K extends keyof Initializers> = Partial<Omit<Initializers[K], "type">>;

function initializerOf<K extends keyof Initializers>(type: K, values: InitializerOptions<K>): Initializers[K] {
  const spec = () => {
    throw new SpecError(`${type} has no children`);
  };
  return readFields<Initializers[K]>(type, tables[type], values, { place: type, spec });
}

/**
 * Draws from a normal distribution with standard deviation gain / √fan (He et al. 2015). `mode` is `"fanIn"` by default
 * and `gain` √2, the gain of ReLU.
 */
export function kaimingNormal(options: InitializerOptions<"kaimingNormal"> = {}): Initializers["kaimingNormal"] {
  return initializerOf("kaimingNormal", options);
}

/** Draws from a uniform distribution with the standard deviation of {@linkcode kaimingNormal}. */
export function kaimingUniform(options: InitializerOptions<"kaimingUniform"> = {}): Initializers["kaimingUniform"] {
  return initializerOf("kaimingUniform", options);
}

/**
 * Draws from a normal distribution with standard deviation gain · √(2 / (fanIn + fanOut)) (Glorot & Bengio 2010);
 * `gain` is 1 by default.
 */
export function xavierNormal(options: InitializerOptions<"xavierNormal"> = {}): Initializers["xavierNormal"] {
  return initializerOf("xavierNormal", options);
}

/** Draws from a uniform distribution with the standard deviation of {@linkcode xavierNormal}. */
export function xavierUniform(options: InitializerOptions<"xavierUniform"> = {}): Initializers["xavierUniform"] {
  return initializerOf("xavierUniform", options);
}

/** Draws from a normal distribution around 0; `std` is 1 by default. */
export function normal(options: InitializerOptions<"normal"> = {}): Initializers["normal"] {
  return initializerOf("normal", options);
}

/**
 * Draws from a normal distribution around 0 and redraws values beyond ±2. As in the `trunc_normal_` of PyTorch and
 * timm, these bounds are not multiples of `std`, which is 1 by default.
 */
export function truncatedNormal(options: InitializerOptions<"truncatedNormal"> = {}): Initializers["truncatedNormal"] {
  return initializerOf("truncatedNormal", options);
}

/** Sets every value to `value`. */
export function constant(value: number): Initializers["constant"] {
  return initializerOf("constant", { value });
}

/** Sets every value to 0. */
export const zeros: Initializer = constant(0);

/** Sets every value to 1. */
export const ones: Initializer = constant(1);

/**
 * Draws from U(±1/√fanIn): PyTorch's default for kernels and biases, which it writes as Kaiming uniform with a = √5.
 */
export const fanInUniform: Initializer = kaimingUniform({ mode: "fanIn", gain: Math.sqrt(1 / 3) });

/** Makes a field that reads an initializer; `absent` stands for one that is left out. */
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

/**
 * The number of inputs that reach one output of a kernel `[…, in, out]`, and the number of outputs that one input
 * reaches.
 */
export function fansOf(kernel: Shape): Readonly<Record<FanMode, number>> {
  const [inputs, outputs] = kernel.length > 1 ? kernel.slice(-2) : [1, 1];
  const window = sizeOf(kernel) / (inputs * outputs);
  return { fanIn: window * inputs, fanOut: window * outputs };
}

/** Draws first values into `values`; `kernel` is the shape whose fans scale them. */
export function draw(init: Initializer, values: Float32Array, kernel: Shape, stream: RandomStream): Float32Array {
  const fans = fansOf(kernel);
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

/** Draws from U(±√3·std), whose standard deviation is `std`. */
function fillUniform(values: Float32Array, std: number, stream: RandomStream): Float32Array {
  const bound = Math.sqrt(3) * std;
  for (let i = 0; i < values.length; i++) values[i] = bound * (2 * stream.uniform() - 1);
  return values;
}

/** Draws from N(0, std²) within ±bound by Marsaglia's polar method, which makes pairs and needs no trigonometry. */
function fillNormal(values: Float32Array, std: number, stream: RandomStream, bound = Infinity): Float32Array {
  for (let i = 0; i < values.length;) {
    const x = 2 * stream.uniform() - 1, y = 2 * stream.uniform() - 1, square = x * x + y * y;
    if (square >= 1 || square === 0) continue;
    const factor = std * Math.sqrt(-2 * Math.log(square) / square);
    if (Math.abs(x * factor) <= bound) values[i++] = x * factor;
    if (i < values.length && Math.abs(y * factor) <= bound) values[i++] = y * factor;
  }
  return values;
}
