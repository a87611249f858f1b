import { UserError } from "../errors.ts";
import { showPlace, showShape, SpecError } from "./errors.ts";
import type { AnySpec } from "./any_spec.ts";
import type { Definition, LayerParameter } from "./layer.ts";
import { type Place, type Shape, sizeOf } from "./shape.ts";

/** How much a spec may ask for. A spec that comes in a file may be a stranger's. */
export interface Limits {
  /** Specs in specs. */
  readonly depth: number;
  /** Specs in all, each copy of a repeated one counted. */
  readonly layers: number;
  /** Zeros on each side of an image. */
  readonly padding: number;
  /** Sides, strides and dilations of windows. */
  readonly window: number;
  /** Elements of what goes in and out of a layer, for one image. */
  readonly activation: number;
  /** Scores that an attention computes for one image, each head one for each pair of tokens. */
  readonly scores: number;
  /** Elements of a parameter. */
  readonly parameter: number;
  /** Multiply-adds for one image, of all layers together; a pooling takes one for each element of each window. */
  readonly multiplyAdds: number;
}

/** Well above what any model of the registry asks for at 1024×1024: 2^26 elements, 2^28.4 scores, 2^27 weights, 2^40 multiply-adds. */
export const defaultLimits: Limits = {
  depth: 1000,
  layers: 10_000,
  padding: 1024,
  window: 4096,
  activation: 2 ** 28,
  scores: 2 ** 30,
  parameter: 2 ** 30,
  multiplyAdds: 2 ** 42,
};

/** What a layer asks for beyond its shapes. */
export interface Bounds {
  readonly padding?: number;
  readonly window?: number;
  readonly scores?: number;
  /** Default: those of the layer. */
  readonly multiplyAdds?: number;
}

/** Whether a model keeps its limits, asked part by part on the way through its spec. */
export class Allowance {
  readonly #limits: Limits;
  #layers = 0;
  #multiplyAdds = 0;

  constructor(limits: Partial<Limits> = {}) {
    this.#limits = { ...defaultLimits, ...limits };
  }

  /** @throws {SpecError} for the input of a model that is too large */
  input(shape: Shape): void {
    this.#check("activation", sizeOf(shape), "input", `${showShape(shape)} has`, "elements");
  }

  /** @throws {SpecError} for a spec too deep inside of others, or one too many; `copies` are of its body */
  enter(place: Place, depth: number, copies = 0): void {
    this.depth(place, depth);
    this.#layers++;
    this.#check("layers", this.#layers + copies, place, "the model has", "specs");
  }

  /** @throws {SpecError} for a spec too deep inside of others */
  depth(place: Place, depth: number): void {
    this.#check("depth", depth, place, "it is", "specs deep");
  }

  /** @throws {SpecError} for a layer that asks for too much */
  layer(place: Place, output: Shape, parameters: Readonly<Record<string, LayerParameter>>, bounds: Bounds): void {
    const { padding = 0, window = 0, scores = 0, multiplyAdds = 0 } = bounds;
    this.#check("padding", padding, place, "it pads by", "on a side");
    this.#check("window", window, place, "its window has", "for a side, stride or dilation");
    this.#check("activation", sizeOf(output), place, `${showShape(output)} has`, "elements");
    this.#check("scores", scores, place, "its heads compute", "scores of a token by another");
    for (const [name, { shape }] of Object.entries(parameters)) {
      this.#check("parameter", sizeOf(shape), place, `${name} ${showShape(shape)} has`, "elements");
    }
    this.#multiplyAdds += multiplyAdds;
    this.#check("multiplyAdds", this.#multiplyAdds, place, "up to here the model takes", "multiply-adds for an image");
  }

  #check(limit: keyof Limits, found: number, place: Place | string, does: string, unit: string): void {
    const most = this.#limits[limit];
    if (found <= most) return;
    const where = typeof place === "string" ? place : showPlace({ ...place, path: shortened(place.path) });
    throw new SpecError(
      `${where}: ${does} ${count(found)} ${unit}, and the limit is ${count(most)}; ` +
        `where that is meant, \`limits: { ${limit}: … }\` of compile() and parse() raises it`,
    );
  }
}

/** How many copies of its body a combinator makes, for {@linkcode Allowance.enter}. */
export function copiesOf(definition: Definition, spec: AnySpec): number {
  return "wire" in definition ? definition.copies?.(spec) ?? 0 : 0;
}

/**
 * Runs what recurs over a spec. How deep that can go depends on the machine's stack.
 *
 * @throws {UserError} where the stack is too small, in place of JavaScript's RangeError
 */
export function withinStack<R>(action: () => R): R {
  try {
    return action();
  } catch (cause) {
    if (!(cause instanceof RangeError) || !cause.message.includes("call stack")) throw cause;
    throw new UserError("the model's specs are too deep inside of each other for this machine's stack", {
      remedy: "Put parts that run one after another into one stack()",
      cause,
    });
  }
}

const count = (value: number) => value.toLocaleString("en-US");

/** The end of a path, which is what differs. */
function shortened(path: string): string {
  return path.length > 80 ? `…${path.slice(-60)}` : path;
}
