import * as tf from "@tensorflow/tfjs-core";
import { isPlainObject } from "./structure.ts";

/** The number of traces of one function without a warning. */
const silentTraces = 8;

/** Warns once on the console about a function that is traced often, and names the argument that varies most. */
export class RetraceWarning {
  /** The kinds of values that each place has had; undefined after the warning. */
  #seen: Map<string, Set<string>> | undefined = new Map();
  #traces = 0;

  constructor(readonly label: string) {}

  /** Adds the arguments of another trace. */
  add(args: readonly unknown[]): void {
    if (!this.#seen) return;
    this.#traces++;
    args.forEach((argument, position) => this.#visit(argument, `argument ${position}`));
    if (this.#traces <= silentTraces) return;
    const [place, kinds] = [...this.#seen].reduce((most, next) => next[1].size > most[1].size ? next : most);
    const [shown, more] = [[...kinds].slice(0, 3), kinds.size - 3];
    console.warn(
      `jit: ${this.label} was traced ${this.#traces} times: ${place} was ${shown.join(", then ")}` +
        `${more > 0 ? ` and ${more} others` : ""}. ` +
        "Each is a graph of its own; pad to few shapes, or pass what varies as a tensor or a number",
    );
    this.#seen = undefined;
  }

  #visit(value: unknown, place: string): void {
    if (value instanceof tf.Variable) this.#note(place, `the variable ${value.name}`);
    else if (value instanceof tf.Tensor) this.#note(place, `${value.dtype} [${value.shape.join(", ")}]`);
    else if (Array.isArray(value)) {
      this.#note(`the length of ${place}`, String(value.length));
      value.forEach((item, index) => this.#visit(item, `${place}/${index}`));
    } else if (isPlainObject(value)) {
      this.#note(`the keys of ${place}`, Object.keys(value).join(" "));
      for (const [key, item] of Object.entries(value)) this.#visit(item, `${place}/${key}`);
    } else {
      this.#note(place, typeof value === "number" ? "a number" : JSON.stringify(value) ?? "undefined");
    }
  }

  #note(place: string, kind: string): void {
    const kinds = this.#seen?.get(place) ?? new Set();
    this.#seen?.set(place, kinds.add(kind));
  }
}
