import type { backend_util } from "@tensorflow/tfjs-core";
import type { TensorMetadata, TFEOpAttr, TFJSBinding } from "@tensorflow/tfjs-node-gpu/dist/tfjs_binding.js";
import { type Attribute, attributeKinds } from "../../ops/native.ts";
import { attributeSetter } from "../ffi/attributes.ts";
import { cString } from "../ffi/c_string.ts";
import type { Context } from "../ffi/context.ts";
import { dataTypes } from "../ffi/data_type.ts";
import type { SymbolicTensor } from "../trace/graph.ts";
import type { LazyPlaceholder } from "../trace/lazy_placeholder.ts";
import { type Handle, newHandle, newOp, readHandle, toDevice } from "../ffi/handles.ts";
import { refuseRandomOp, refuseReading } from "../trace/refusal.ts";
import { castTypes, resolveTypes, tfjsType } from "./element_types.ts";
import { newStrings, readStrings } from "../ffi/strings.ts";
import type { TensorFlow } from "../ffi/tensorflow.ts";
import type { Trace } from "../trace/trace.ts";
import { describe, type Value } from "./value.ts";
import { readVariable } from "./variable.ts";

/**
 * tfjs-node's native binding, in TypeScript: it finds tensors by id and runs ops by name. While a function is traced, ops become
 * nodes of its graph.
 */
export class Binding implements Omit<TFJSBinding, "TensorMetadata" | "TFEOpAttr" | "tensorDataSync"> {
  readonly TF_FLOAT = dataTypes.float32;
  readonly TF_INT32 = dataTypes.int32;
  readonly TF_INT64 = dataTypes.int64;
  readonly TF_BOOL = dataTypes.bool;
  readonly TF_COMPLEX64 = dataTypes.complex64;
  readonly TF_STRING = dataTypes.string;
  readonly TF_RESOURCE = dataTypes.resource;
  readonly TF_UINT8 = dataTypes.uint8;
  readonly TF_ATTR_STRING = attributeKinds.string;
  readonly TF_ATTR_INT = attributeKinds.int;
  readonly TF_ATTR_FLOAT = attributeKinds.float;
  readonly TF_ATTR_BOOL = attributeKinds.bool;
  readonly TF_ATTR_TYPE = attributeKinds.type;
  readonly TF_ATTR_SHAPE = attributeKinds.shape;
  readonly TF_ATTR_RESOURCE = 99;
  readonly TF_Version: string;

  /** The current trace. */
  trace: Trace | undefined;
  readonly #values = new Map<number, Value>();
  readonly #setAttributes: ReturnType<typeof attributeSetter>;
  #nextId = 1;

  constructor(readonly tensorflow: TensorFlow, readonly context: Context) {
    this.TF_Version = tensorflow.version;
    this.#setAttributes = attributeSetter(tensorflow, false);
  }

  isUsingGpuDevice(): boolean {
    return this.context.gpu;
  }

  getNumOfTensors(): number {
    return this.#values.size;
  }

  createTensor(shape: number[], dtype: number, values: backend_util.BackendValues): number {
    if (Array.isArray(values)) {
      return this.put({ kind: "handle", handle: newStrings(this.tensorflow, this.context, shape, values) });
    }
    const handle = newHandle(this.tensorflow, shape, dtype, values);
    // a tensor that is made in a trace becomes a constant of its graph, which TensorFlow copies from the processor's memory
    return this.put({ kind: "handle", handle: this.trace ? handle : toDevice(this.tensorflow, this.context, handle) });
  }

  deleteTensor(id: number): void {
    const value = this.#values.get(id);
    this.#values.delete(id);
    if (value?.kind === "handle") this.#release(value.handle);
    if (value?.kind === "variable") this.#release(value.variable.resource);
  }

  tensorDataSync(id: number): Float32Array | Int32Array | Uint8Array | Uint8Array[] {
    const value = this.value(id);
    if (this.trace) {
      const { label } = this.trace;
      if (value.kind === "symbolic" && value.symbolic.graph === this.trace) refuseReading(label, value.symbolic);
      if (value.kind === "lazyPlaceholder" && value.placeholder.trace === this.trace) {
        refuseReading(label, value.placeholder);
      }
    }
    return this.borrow(id, (handle) => {
      if (handle.dtype === dataTypes.string) return readStrings(this.tensorflow, handle);
      const values = readHandle(this.tensorflow, handle);
      if (values instanceof BigInt64Array) return Int32Array.from(values, Number); // tfjs sees int64 and uint8 as int32
      return handle.dtype === dataTypes.uint8 ? Int32Array.from(values) : values;
    });
  }

  executeOp(op: string, given: TFEOpAttr[], inputs: number[], numOutputs: number): TensorMetadata[] {
    const known = given as Attribute[];
    if (this.trace) {
      const { trace } = this;
      refuseRandomOp(trace.label, op);
      const symbolics = inputs.map((id) => this.symbolic(id));
      const { attributes, casts } = resolveTypes(op, known, symbolics);
      for (const { index, to } of casts) {
        const input = symbolics[index];
        [symbolics[index]] = trace.addNode("Cast", castTypes(input.dtype, to), [input], 1);
      }
      const outputs = trace.addNode(op, attributes, symbolics, numOutputs);
      return outputs.slice(0, numOutputs).map((symbolic) => this.describe({ kind: "symbolic", symbolic }));
    }
    const { attributes, casts } = resolveTypes(op, known, inputs.map((id) => ({ dtype: this.typeOf(id) })));
    const real = [...inputs];
    for (const { index, to } of casts) {
      [{ id: real[index] }] = this.#run("Cast", castTypes(this.typeOf(inputs[index]), to), [inputs[index]], 1);
    }
    try {
      return this.#run(op, attributes, real, numOutputs);
    } finally {
      for (const { index } of casts) this.deleteTensor(real[index]);
    }
  }

  /** Returns TensorFlow's number for a tensor's element type. */
  typeOf(id: number): number {
    const value = this.value(id);
    return value.kind === "donated" ? 0 : describe(value).dtype;
  }

  /** Returns the value behind an id. */
  value(id: number): Value {
    const value = this.#values.get(id);
    if (!value) throw new Error(`tensor ${id} does not exist`);
    return value;
  }

  /** Stores a value and returns its id. */
  put(value: Value): number {
    this.#values.set(this.#nextId, value);
    return this.#nextId++;
  }

  /** Stores a value and describes it to tfjs. */
  describe(value: Exclude<Value, { kind: "donated" }>): TensorMetadata {
    const { shape, dtype } = describe(value);
    return { id: this.put(value), shape, dtype: tfjsType(dtype) };
  }

  /** Lists the tensors of a trace that still exist, by their ids. */
  valuesOf(trace: Trace): [number, SymbolicTensor | LazyPlaceholder][] {
    return [...this.#values].flatMap(([id, value]): [number, SymbolicTensor | LazyPlaceholder][] => {
      if (value.kind === "symbolic" && value.symbolic.graph === trace) return [[id, value.symbolic]];
      if (value.kind === "lazyPlaceholder" && value.placeholder.trace === trace) return [[id, value.placeholder]];
      return [];
    });
  }

  /** Puts another value behind an id; the caller owns the previous one. */
  replace(id: number, value: Value): void {
    this.#values.set(id, value);
  }

  /**
   * Returns the tensor in the current trace: the output of a node, or a captured constant.
   *
   * @throws {Error} outside of a trace, and for a tensor of another trace
   */
  symbolic(id: number): SymbolicTensor {
    const { trace } = this;
    if (!trace) throw new Error("no function is being traced");
    const value = this.value(id);
    const owner = value.kind === "symbolic"
      ? value.symbolic.graph
      : value.kind === "lazyPlaceholder"
      ? value.placeholder.trace
      : trace;
    if (owner !== trace) {
      throw new Error(
        `jit: ${trace.label} uses a tensor of another traced function, ${owner.label}; return it there, pass it here`,
      );
    }
    if (value.kind === "symbolic") return value.symbolic;
    if (value.kind === "lazyPlaceholder") return value.placeholder.symbolic();
    return this.borrow(id, (handle) => trace.captureConstant(id, handle));
  }

  /**
   * Calls `use` with a handle of the tensor, which it must not release.
   *
   * @throws {Error} for a tensor of a trace, and for a donated one
   */
  borrow<R>(id: number, use: (handle: Handle) => R): R {
    const value = this.value(id);
    switch (value.kind) {
      case "handle":
        return use(value.handle);
      case "variable": {
        const handle = readVariable(this.tensorflow, this.context, value.variable);
        try {
          return use(handle);
        } finally {
          this.#release(handle);
        }
      }
      case "symbolic":
      case "lazyPlaceholder":
        throw new Error("a tensor of a traced function is used outside of it; return it from the function");
      case "donated":
        throw new Error(
          "this tensor was donated to a jit function, which overwrote it; use what the function returned",
        );
    }
  }

  /** Adds the tensor to an op as an input. */
  addInput(op: { addInput(handle: Deno.PointerObject): void }, id: number): void {
    this.borrow(id, (handle) => op.addInput(handle.pointer));
  }

  #run(op: string, attributes: readonly Attribute[], inputs: readonly number[], numOutputs: number): TensorMetadata[] {
    using eager = newOp(this.tensorflow, this.context, cString(op), op);
    for (const id of inputs) this.addInput(eager, id); // before the attributes: TensorFlow keeps the types that it infers from them
    this.#setAttributes(eager.pointer, attributes);
    return eager.run(numOutputs).map((handle) => this.describe({ kind: "handle", handle }));
  }

  #release(handle: Handle): void {
    this.tensorflow.c.TFE_DeleteTensorHandle(handle.pointer);
  }

  loadSavedModel(): never {
    throw new Error("saved models are not read by this engine");
  }

  runSavedModel(): never {
    throw new Error("saved models are not run by this engine");
  }

  deleteSavedModel(): void {}

  getNumOfSavedModels(): number {
    return 0;
  }
}
