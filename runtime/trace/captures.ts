import * as tf from "@tensorflow/tfjs-core";
import type { ThoraxBackend } from "../backend/backend.ts";
import type { Symbolic } from "./graph.ts";
import { type Known, replay } from "./replay.ts";
import type { Slot, Trace } from "./trace.ts";

/** A tf.Variable that a graph uses, as each call finds it, and whether the graph overwrites it. */
export interface CapturedVariable {
  readonly variable: tf.Variable;
  readonly isAssigned: boolean;
}

/** What stands for a variable's value on entry while a function is traced; it becomes an input of the graph when it is used. */
export interface StandIn {
  readonly trace: Trace;
  readonly name: string;
  readonly shape: number[];
  readonly dtype: number;
  symbolic(): Symbolic;
}

/** A variable during a trace. */
interface Entry {
  readonly variable: tf.Variable;
  /** Its value before the trace; of one that the function makes, the value that it is made with. */
  readonly held: tf.Tensor;
  readonly isNew: boolean;
  /** The stand-in's: another one says that the variable was assigned. */
  dataId?: tf.DataId;
  slot?: Slot;
}

/**
 * All tf.Variables while a function is traced. A variable is a name for one value after another, so each gets a stand-in as its
 * value; what it names at the function's end is what the graph assigns; then it gets its own value back.
 */
export class Captures {
  readonly #backend: ThoraxBackend;
  readonly #trace: Trace;
  readonly #entries: Entry[] = [];
  readonly #makeVariable = tf.engine().makeVariable;

  constructor(backend: ThoraxBackend, trace: Trace) {
    this.#backend = backend;
    this.#trace = trace;
    for (const variable of Object.values(tf.engine().registeredVariables)) this.#add(variable, false);
    const engine = tf.engine();
    engine.makeVariable = (...args: Parameters<ReturnType<typeof tf.engine>["makeVariable"]>) => {
      const variable = this.#makeVariable.apply(engine, args);
      this.#add(variable, true);
      return variable;
    };
  }

  #add(variable: tf.Variable, isNew: boolean): void {
    const backend = this.#backend, trace = this.#trace;
    const { shape, name } = variable, dtype = backend.getDTypeInteger(variable.dtype);
    const entry: Entry = { variable, held: tf.keep(variable.clone()), isNew };
    const value = backend.engine.value(backend.idOf(entry.held));
    if (value.kind === "standIn") value.standIn.symbolic(); // made of another variable: that one is an input
    const symbolic = () => (entry.slot ??= trace.variable(dtype, shape)).value;
    const standIn = backend.wrap({ kind: "standIn", standIn: { trace, name, shape: [...shape], dtype, symbolic } });
    variable.assign(standIn);
    entry.dataId = variable.dataId;
    standIn.dispose();
    this.#entries.push(entry);
  }

  /** Ends the function: appends the assignments. The graph's further inputs, and the variables behind them. */
  finish(): { inputs: Symbolic[]; variables: CapturedVariable[] } {
    const backend = this.#backend, trace = this.#trace;
    const assigned = this.#entries.filter(({ variable, dataId }) => !variable.isDisposed && variable.dataId !== dataId);
    for (const entry of assigned) {
      const value = backend.engine.symbolic(backend.idOf(entry.variable));
      entry.slot ??= trace.variable(value.dtype, entry.variable.shape);
      trace.assign(entry.slot, value);
    }
    const inputs: Symbolic[] = [], variables: CapturedVariable[] = [];
    for (const entry of this.#entries) {
      const { variable, slot, isNew } = entry;
      if (!slot) continue;
      if (variable.isDisposed && isNew) {
        throw new Error(
          `jit: ${trace.label}: the variable ${variable.name} is made and disposed in the function; use a tensor`,
        );
      }
      inputs.push(slot.resource);
      variables.push({ variable, isAssigned: assigned.includes(entry) });
    }
    return { inputs, variables };
  }

  /**
   * Gives the variables their values back, after the trace. New ones get those that they were made with, computed from what
   * is `known` of the graph's inputs.
   */
  restore(known: Known): void {
    tf.engine().makeVariable = this.#makeVariable;
    const values = new Map(known);
    const errors: unknown[] = [];
    const give = ({ variable, slot, held, isNew }: Entry) => {
      try {
        const value = isNew ? this.#initial(variable, held, values) : held;
        if (!variable.isDisposed) variable.assign(value);
        if (slot) values.set(slot.value, value);
        return value;
      } catch (error) {
        errors.push(error);
        variable.dispose(); // it has no value
        return held;
      }
    };
    const given = this.#entries.map(give); // the new ones, which may be made of the old ones, are the last
    tf.dispose([...given, ...this.#entries.map(({ held }) => held)]);
    if (errors.length > 0) throw errors[0];
  }
  /** The value that a new variable was made with. */
  #initial({ name }: tf.Variable, held: tf.Tensor, known: Known): tf.Tensor {
    const backend = this.#backend, trace = this.#trace;
    const value = backend.engine.value(backend.idOf(held));
    if (value.kind !== "symbolic" && value.kind !== "standIn") return held;
    const symbolic = value.kind === "symbolic" ? value.symbolic : value.standIn.symbolic();
    const made = replay(backend, trace.outsiders, symbolic, known);
    if (made) return made;
    throw new Error(
      `jit: ${trace.label}: the variable ${name} is made in the function of a donated argument overwritten there; make it before`,
    );
  }
}
