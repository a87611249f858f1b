import * as tf from "@tensorflow/tfjs-core";
import type { ThoraxBackend } from "../backend/backend.ts";
import type { SymbolicTensor } from "./graph.ts";
import { type KnownValues, replay } from "./replay.ts";
import type { GraphVariable, Trace } from "./trace.ts";

/** A `tf.Variable` that a graph uses. Each call reads its current value. */
export interface CapturedVariable {
  readonly variable: tf.Variable;
  /** Whether the graph overwrites it. */
  readonly isAssigned: boolean;
}

/** A variable during a trace. */
interface VariableCapture {
  readonly variable: tf.Variable;
  /** Its value before the trace; for a variable that the function makes, its first value. */
  readonly original: tf.Tensor;
  /** Whether the function makes it. */
  readonly isNew: boolean;
  /** The data of the lazy placeholder. If the variable has other data later, the function has assigned to it. */
  dataId?: tf.DataId;
  /** The input of the graph, once the function uses the variable. */
  input?: GraphVariable;
}

/**
 * All `tf.Variable`s while a function is traced. Each holds a lazy placeholder meanwhile. What it holds at the function's end is
 * what the graph assigns to it; then its own value is restored.
 */
export class VariableCaptures {
  readonly #backend: ThoraxBackend;
  readonly #trace: Trace;
  readonly #captures: VariableCapture[] = [];
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
    const capture: VariableCapture = { variable, original: tf.keep(variable.clone()), isNew };
    const value = backend.engine.value(backend.idOf(capture.original));
    if (value.kind === "lazyPlaceholder") value.placeholder.symbolic(); // made from another variable: that one is an input
    const symbolic = () => (capture.input ??= trace.variable(dtype, shape)).value;
    const tensor = backend.wrap({
      kind: "lazyPlaceholder",
      placeholder: { trace, name, shape: [...shape], dtype, symbolic },
    });
    variable.assign(tensor);
    capture.dataId = variable.dataId;
    tensor.dispose();
    this.#captures.push(capture);
  }

  /**
   * Ends the function: appends the assignments to the graph.
   *
   * @returns the inputs that the graph takes for variables, and the variables behind them
   * @throws {Error} if the function disposes a variable that it made
   */
  finish(): { inputs: SymbolicTensor[]; variables: CapturedVariable[] } {
    const backend = this.#backend, trace = this.#trace;
    const assigned = this.#captures.filter(({ variable, dataId }) =>
      !variable.isDisposed && variable.dataId !== dataId
    );
    for (const capture of assigned) {
      const value = backend.engine.symbolic(backend.idOf(capture.variable));
      capture.input ??= trace.variable(value.dtype, capture.variable.shape);
      trace.assign(capture.input, value);
    }
    const inputs: SymbolicTensor[] = [], variables: CapturedVariable[] = [];
    for (const capture of this.#captures) {
      const { variable, input, isNew } = capture;
      if (!input) continue;
      if (variable.isDisposed && isNew) {
        throw new Error(
          `jit: ${trace.label}: the variable ${variable.name} is made and disposed in the function; use a tensor`,
        );
      }
      inputs.push(input.resource);
      variables.push({ variable, isAssigned: assigned.includes(capture) });
    }
    return { inputs, variables };
  }

  /**
   * Restores the values of the variables after the trace. New ones get their first value, which is computed from the `known` inputs
   * of the graph.
   *
   * @throws {Error} if a first value depends on a donated argument that the function has overwritten
   */
  restore(known: KnownValues): void {
    tf.engine().makeVariable = this.#makeVariable;
    const values = new Map(known);
    const errors: unknown[] = [];
    const restoreOne = ({ variable, input, original, isNew }: VariableCapture) => {
      try {
        const value = isNew ? this.#firstValue(variable, original, values) : original;
        if (!variable.isDisposed) variable.assign(value);
        if (input) values.set(input.value, value);
        return value;
      } catch (error) {
        errors.push(error);
        variable.dispose(); // it has no value
        return original;
      }
    };
    const restored = this.#captures.map(restoreOne); // new ones are last: they may depend on old ones
    tf.dispose([...restored, ...this.#captures.map(({ original }) => original)]);
    if (errors.length > 0) throw errors[0];
  }

  /** Computes the first value of a variable that the function made. */
  #firstValue({ name }: tf.Variable, original: tf.Tensor, known: KnownValues): tf.Tensor {
    const backend = this.#backend, trace = this.#trace;
    const value = backend.engine.value(backend.idOf(original));
    if (value.kind !== "symbolic" && value.kind !== "lazyPlaceholder") return original;
    const symbolic = value.kind === "symbolic" ? value.symbolic : value.placeholder.symbolic();
    const computed = replay(backend, trace.capturedConstants, symbolic, known);
    if (computed) return computed;
    throw new Error(
      `jit: ${trace.label}: the variable ${name} is made in the function of a donated argument overwritten there; make it before`,
    );
  }
}
