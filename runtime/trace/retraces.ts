import * as tf from "@tensorflow/tfjs-core";
import { isPlainObject } from "./structure.ts";

/** So many traces of one function pass without a word. */
const silent = 8;

/** Watches how often a function is traced, and says once on the console what differs where it is often. */
export class Retraces {
  /** What came where, as far as a signature tells; nothing once it has been told. */
  #seen: Map<string, Set<string>> | undefined = new Map();
  #traces = 0;

  constructor(readonly label: string) {}

  /** The arguments of another trace. */
  add(args: readonly unknown[]): void {
    if (!this.#seen) return;
    this.#traces++;
    args.forEach((argument, position) => this.#visit(argument, `argument ${position}`));
    if (this.#traces <= silent) return;
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
