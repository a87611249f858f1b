import * as tf from "@tensorflow/tfjs-core";
import type { ThoraxBackend } from "./backend.ts";
import { cString } from "./c_string.ts";
import { dataTypes } from "./data_type.ts";
import { type Handle, newHandle, newOp } from "./handles.ts";
import { flatten, type Leaf, mapLeaves } from "./structure.ts";
import { type Slot, type Symbolic, Trace } from "./trace.ts";
import type { Variable } from "./variable.ts";

/** Where a returned tensor or number comes from. */
type Source =
  | { readonly kind: "output"; readonly index: number }
  | { readonly kind: "slot"; readonly index: number }
  | { readonly kind: "number"; readonly value: number };

/** A function traced for one signature of its arguments: the name of its graph function, and how to read what it returns. */
export interface Compiled {
  readonly name: string;
  /** All that the context knows because of it: itself and what it calls. */
  readonly functions: readonly string[];
  readonly numOutputs: number;
  readonly result: unknown;
  readonly sources: readonly Source[];
}

let functions = 0;

/** Traces `fn` into one graph function. `donated` says of each argument whether it is given away. */
export function trace(
  backend: ThoraxBackend,
  label: string,
  fn: (...args: never[]) => unknown,
  args: readonly unknown[],
  donated: readonly boolean[],
): Compiled {
  const { engine: binding } = backend;
  using graph = new Trace(binding.tensorflow, label);
  const inputs: Symbolic[] = [];
  const slots: { path: string; slot: Slot }[] = [];
  let result: unknown;
  binding.trace = graph;
  try {
    const sources: Source[] = [];
    const outputs: Symbolic[] = [];
    tf.tidy(() => {
      const symbolicArguments = args.map((argument, position) => {
        const { leaves } = flatten(argument);
        let next = 0;
        return mapLeaves(argument, () => {
          const { value, path } = leaves[next++];
          const { shape, dtype } = typeof value === "number" ? { shape: [], dtype: "float32" as const } : value;
          const type = backend.getDTypeInteger(dtype);
          if (!donated[position] || typeof value === "number") {
            const input = graph.placeholder(type, [...shape]);
            inputs.push(input);
            return backend.wrap({ kind: "symbolic", symbolic: input });
          }
          const slot = graph.slot(type, [...shape]);
          inputs.push(slot.resource);
          slots.push({ path: `/${position}${path}`, slot });
          return backend.wrap({ kind: "symbolic", symbolic: slot.value });
        });
      });
      result = atOnce(label, (fn as (...args: unknown[]) => unknown)(...symbolicArguments));
      const { leaves } = flatten(result);
      const values = leaves.map(({ value }) =>
        typeof value === "number" ? value : binding.symbolic(backend.idOf(value))
      );
      const homes = matchSlots(leaves, values, slots);
      values.forEach((value, position) => {
        const home = homes[position];
        if (typeof value === "number") {
          sources.push({ kind: "number", value });
        } else if (home !== undefined) {
          const { slot } = slots[home];
          if (value !== (slot.update?.value ?? slot.value)) graph.assign(slot, value);
          sources.push({ kind: "slot", index: home });
        } else {
          sources.push({ kind: "output", index: outputs.length });
          outputs.push(graph.identity(value));
        }
      });
      // tensors in the result are this trace's: what a call returns is built from the sources
      result = mapLeaves(result, () => 0);
    });
    const name = `${fn.name.replace(/\W/g, "_") || "jit"}_${functions++}`;
    graph.finish(binding.context, name, inputs, outputs);
    return { name, functions: graph.functions, numOutputs: outputs.length, result, sources };
  } catch (error) {
    forget(backend, graph.functions);
    throw explain(error, label);
  } finally {
    binding.trace = undefined;
  }
}

/** What a function returned, which must not be a promise. */
export function atOnce<R>(label: string, result: R): R {
  if (!(result instanceof Promise)) return result;
  result.catch(() => {}); // whatever becomes of it: it is not waited for
  throw new TypeError(`jit: ${label} is async; a compiled function returns at once`);
}

/** tfjs's error for a kernel that the native backend lacks, with the function and the remedy. */
function explain(error: unknown, label: string): unknown {
  const [, kernel] = error instanceof Error && /^Kernel '(.+)' not registered/.exec(error.message) || [];
  if (!kernel) return error;
  return new Error(
    `jit: ${label}: the native backend has no kernel ${kernel}; ` +
      "compose it of other tfjs functions, or register one as ops/kernels.ts does",
    { cause: error },
  );
}

/**
 * Which donated argument each returned value goes home to: the one that it is the value of, else the one at the same
 * path (among the results, or in a result that stands for one argument), else the first of its shape and dtype that nobody took; the others are outputs of their own.
 */
function matchSlots(
  leaves: readonly Leaf[],
  values: readonly (Symbolic | number)[],
  slots: readonly { path: string; slot: Slot }[],
): (number | undefined)[] {
  const homes: (number | undefined)[] = new Array(values.length);
  const free = new Set(slots.keys());
  const claim = (fits: (value: Symbolic, leaf: Leaf, index: number) => boolean) => {
    values.forEach((value, position) => {
      if (typeof value === "number" || homes[position] !== undefined) return;
      for (const index of free) {
        if (!fits(value, leaves[position], index)) continue;
        homes[position] = index;
        free.delete(index);
        return;
      }
    });
  };
  claim((value, _, index) => {
    const { slot } = slots[index];
    return value === (slot.update?.value ?? slot.value);
  });
  const alike = (value: Symbolic, { slot }: { slot: Slot }) =>
    !slot.update && value.dtype === slot.value.dtype && `${value.shape}` === `${slot.value.shape}`;
  claim((value, leaf, index) => alike(value, slots[index]) && leaf.path === slots[index].path);
  claim((value, leaf, index) => alike(value, slots[index]) && leaf.path === slots[index].path.replace(/^\/\d+/, ""));
  claim((value, _, index) => alike(value, slots[index]));
  return homes;
}

/** Makes the context forget a compiled function. */
export function release(backend: ThoraxBackend, { functions }: Compiled): void {
  forget(backend, functions);
}

function forget({ engine: { tensorflow, context } }: ThoraxBackend, functions: readonly string[]): void {
  for (const name of functions) {
    tensorflow.c.TFE_ContextRemoveFunction(context.pointer, cString(name), tensorflow.status);
    tensorflow.check(name);
  }
}

/** Calls a compiled function; the event loop goes on meanwhile. */
export async function call(
  backend: ThoraxBackend,
  compiled: Compiled,
  args: readonly unknown[],
  donated: readonly boolean[],
): Promise<unknown> {
  const { engine: binding } = backend;
  const { tensorflow, context } = binding;
  using op = newOp(tensorflow, context, cString(compiled.name), compiled.name);
  const variables: Variable[] = [];
  const given: tf.Tensor[] = [];
  const free = ({ resource }: Variable) => tensorflow.c.TFE_DeleteTensorHandle(resource.pointer);
  args.forEach((argument, position) => {
    for (const { value } of flatten(argument).leaves) {
      if (typeof value === "number") {
        const scalar = newHandle(tensorflow, [], dataTypes.float32, [value]);
        op.addInput(scalar.pointer);
        tensorflow.c.TFE_DeleteTensorHandle(scalar.pointer);
      } else if (donated[position]) {
        const variable = backend.donate(value);
        op.addInput(variable.resource.pointer);
        variables.push(variable);
        given.push(value);
      } else {
        binding.addInput(op, backend.idOf(value));
      }
    }
  });
  tf.dispose(given);
  let handles: Handle[];
  try {
    handles = await op.runAsync(compiled.numOutputs);
  } catch (error) {
    variables.forEach(free); // half overwritten, perhaps: nobody is to read them
    throw error;
  }
  const kept = new Set<number>();
  let next = 0;
  const result = mapLeaves(compiled.result, () => {
    const source = compiled.sources[next++];
    switch (source.kind) {
      case "number":
        return source.value;
      case "output":
        return backend.wrap({ kind: "handle", handle: handles[source.index] });
      case "slot":
        kept.add(source.index);
        return backend.wrap({ kind: "variable", variable: variables[source.index] });
    }
  });
  variables.forEach((variable, index) => {
    if (!kept.has(index)) free(variable);
  });
  return result;
}
