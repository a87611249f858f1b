import { UserError } from "../errors.ts";
import { showPlace, showShape, SpecError } from "./errors.ts";
import type { AnySpec } from "./any_spec.ts";
import type { Bounds, Definition, LayerParameter } from "./layer.ts";
import { type Place, type Shape, sizeOf } from "./shape.ts";

/** The most that a spec may ask for: a spec that comes in a file may be a stranger's. */
export interface Limits {
  /** Levels of specs inside of specs. */
  readonly depth: number;
  /** Number of specs; each copy in a `repeat` counts. */
  readonly layers: number;
  /** Zeros on one side of an image. */
  readonly padding: number;
  /** The largest side, stride or dilation of a window. */
  readonly window: number;
  /** Elements of a layer's input or output, for one image. */
  readonly activation: number;
  /** Scores of one attention layer for one image: one for each head and pair of tokens. */
  readonly scores: number;
  /** Elements of one parameter. */
  readonly parameter: number;
  /** Multiply-adds of all layers together for one image; a pooling layer counts one for each element of each window. */
  readonly multiplyAdds: number;
}

/**
 * The limits that `compile` and `parse` check by default. At 1024×1024 the registry's models stay well below them: 2^26
 * elements, 2^28.4 scores, 2^27 weights and 2^40 multiply-adds are the most.
 */
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

/** Checks a model against its limits, part by part on the way through its spec. */
export class Allowance {
  readonly #limits: Limits;
  #layers = 0;
  #multiplyAdds = 0;

  constructor(limits: Partial<Limits> = {}) {
    this.#limits = { ...defaultLimits, ...limits };
  }

  /**
   * Checks the model's input.
   *
   * @throws {SpecError} for one that is too large
   */
  input(shape: Shape): void {
    this.#check("activation", sizeOf(shape), "input", `${showShape(shape)} has`, "elements");
  }

  /**
   * Counts a spec and `copies` of its body.
   *
   * @throws {SpecError} for one that is too deep, or one too many
   */
  enter(place: Place, depth: number, copies = 0): void {
    this.depth(place, depth);
    this.#layers++;
    this.#check("layers", this.#layers + copies, place, "the model has", "specs");
  }

  /**
   * Checks the depth of a spec.
   *
   * @throws {SpecError} for one that is too deep
   */
  depth(place: Place, depth: number): void {
    this.#check("depth", depth, place, "it is", "specs deep");
  }

  /**
   * Checks a layer, and adds its multiply-adds to those before it.
   *
   * @throws {SpecError} for one that asks for too much
   */
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

/** The number of copies that a combinator makes of its body, for {@linkcode Allowance.enter}. */
export function copiesOf(definition: Definition, spec: AnySpec): number {
  return "wire" in definition ? definition.copies?.(spec) ?? 0 : 0;
}

/**
 * Runs a recursion over a spec. Its greatest depth depends on the machine's stack.
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

/** The end of a long path, which tells places apart. */
function shortened(path: string): string {
  return path.length > 80 ? `…${path.slice(-60)}` : path;
}
