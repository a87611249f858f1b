import * as tf from "@tensorflow/tfjs-core";
import { attribute, attributeKinds } from "../ops/native.ts";
import { attributeSetter } from "../runtime/ffi/attributes.ts";
import type { ThoraxBackend } from "../runtime/backend/backend.ts";
import { cString } from "../runtime/ffi/c_string.ts";
import { configProto } from "../runtime/ffi/context.ts";
import { dataTypes } from "../runtime/ffi/data_type.ts";
import { findLibrary } from "../runtime/library/find.ts";
import { flatten } from "../runtime/trace/structure.ts";
import { libraryName, nonNull } from "../runtime/ffi/tensorflow.ts";
import { type GraphFunction, readGraphFunction } from "./graph_function.ts";
import { sessionSymbols } from "./session_symbols.ts";

type Bytes = Uint8Array<ArrayBuffer>;
type Pointer = Deno.PointerObject;

/** A node's first output, a TF_Output by value. */
interface Node {
  readonly operation: Pointer;
  readonly output: Bytes;
}

/** RunOptions (config.proto) with trace_level (1) FULL_TRACE (3). */
const fullTrace = Uint8Array.of(1 << 3, 3);
/** ConfigProto.graph_options (10).rewrite_options (10).disable_meta_optimizer (19), as an eager call runs without grappler too. */
const noGrappler = Uint8Array.of(10 << 3 | 2, 5, 10 << 3 | 2, 3, 19 << 3 & 127 | 128, 1, 1);

/**
 * Opens a TensorFlow session that runs the last function named `label` that `jit` compiled. The C API of sessions gives step
 * statistics, which that of eager calls does not (since 2.1 its RunMetadata holds only graphs); the kernels are the same.
 * `run()` returns a serialized RunMetadata. Donated arguments become variables of the session.
 */
export async function openSession(label: string, args: readonly unknown[]) {
  const backend = tf.backend() as ThoraxBackend, { engine } = backend, { tensorflow, context } = engine;
  const { c, status, check } = tensorflow;
  const { directory } = await findLibrary({ device: "cpu" });
  const s = Deno.dlopen(`${directory}/${libraryName}`, sessionSymbols).symbols;
  const graph = nonNull(c.TF_NewGraph(), "graph");
  const setAttributes = attributeSetter(tensorflow, true);

  const copyBuffer = (buffer: Pointer): Bytes => {
    const view = new Deno.UnsafePointerView(buffer);
    const data = view.getPointer(0), length = Number(view.getBigUint64(8));
    const bytes = data === null || length === 0
      ? new Uint8Array()
      : new Uint8Array(Deno.UnsafePointerView.getArrayBuffer(data, length).slice(0));
    s.TF_DeleteBuffer(buffer);
    return bytes;
  };
  const copyFunction = (name: string): GraphFunction => {
    const fn = s.TFE_ContextGetFunction(context.pointer, cString(name), status);
    check(name);
    const buffer = nonNull(s.TF_NewBuffer(), "buffer");
    s.TF_FunctionToFunctionDef(nonNull(fn, "function"), buffer, status);
    check(name);
    const definition = readGraphFunction(copyBuffer(buffer));
    for (const called of definition.calls) copyFunction(called);
    c.TF_GraphCopyFunction(graph, fn, null, status);
    c.TF_DeleteFunction(fn);
    check(name);
    return definition;
  };
  let nodes = 0;
  const addNode = (op: string, attributes: Parameters<typeof setAttributes>[1], add: (node: Pointer) => void): Node => {
    const node = nonNull(
      c.TF_NewOperation(graph, cString(op), new TextEncoder().encode(`${op}_${nodes++}\0`)),
      "node",
    );
    add(node);
    setAttributes(node, attributes);
    const finished = c.TF_FinishOperation(node, status);
    check(op);
    const operation = nonNull(finished, "operation");
    const output = new Uint8Array(16);
    new DataView(output.buffer).setBigUint64(0, Deno.UnsafePointer.value(operation), true);
    return { operation, output };
  };

  const unused = nonNull(c.TF_NewStatus(), "status");
  const name = lastNamed(label, (name) => {
    const fn = s.TFE_ContextGetFunction(context.pointer, cString(name), unused);
    if (fn !== null) c.TF_DeleteFunction(fn);
    return fn !== null;
  });
  c.TF_DeleteStatus(unused);
  const { inputs, outputs } = copyFunction(name);
  const initial: { node: Node; tensor: Pointer }[] = [], fed: typeof initial = [];
  const assignments: Pointer[] = [];
  const leaves = flatten(args).leaves;
  const parameters = leaves.map(({ value }, index) => {
    const shape = typeof value === "number" ? [] : [...value.shape];
    const given = typeof value === "number" ? tf.scalar(value) : value;
    const [dtype, tensor] = engine.borrow(backend.idOf(given), ({ pointer, dtype }) => {
      const resolved = c.TFE_TensorHandleResolve(pointer, status);
      check("read a tensor");
      return [dtype, nonNull(resolved, "tensor")];
    });
    if (given !== value) given.dispose();
    const shapeOf = { name: "shape", type: attributeKinds.shape, value: shape };
    const placeholder = addNode("Placeholder", [attribute.type("dtype", dtype), shapeOf], () => {});
    if (inputs[index] !== dataTypes.resource) {
      fed.push({ node: placeholder, tensor });
      return placeholder;
    }
    const variable = addNode("VarHandleOp", [
      attribute.type("dtype", dtype),
      shapeOf,
      attribute.string("shared_name", `argument_${index}`),
      attribute.string("container", ""),
    ], () => {});
    initial.push({ node: placeholder, tensor });
    assignments.push(
      addNode("AssignVariableOp", [attribute.type("dtype", dtype)], (node) => {
        c.TF_AddInput(node, variable.output);
        c.TF_AddInput(node, placeholder.output);
      }).operation,
    );
    return variable;
  });
  const call = addNode("StatefulPartitionedCall", [
    { name: "Tin", type: attributeKinds.type, value: [...inputs] },
    { name: "Tout", type: attributeKinds.type, value: [...outputs] },
    { name: "f", type: attributeKinds.function, value: name },
  ], (node) => {
    c.TF_AddInputList(node, packed(parameters), parameters.length);
    c.TF_SetAttrString(node, cString("config_proto"), noGrappler, BigInt(noGrappler.length));
  });

  const options = nonNull(s.TF_NewSessionOptions(), "session options");
  const threads = navigator.hardwareConcurrency;
  const config = Uint8Array.from([...configProto({ device: "cpu", index: 0, threads }), ...noGrappler]);
  s.TF_SetConfig(options, config, BigInt(config.length), status);
  check("configure a session");
  const session = s.TF_NewSession(graph, options, status);
  check("open a session");
  s.TF_DeleteSessionOptions(options);

  /** Feeds tensors and runs nodes; returns the serialized RunMetadata. */
  const sessionRun = (feeds: typeof fed, targets: readonly Pointer[]): Bytes => {
    const runOptions = s.TF_NewBufferFromString(fullTrace, BigInt(fullTrace.length));
    const metadata = nonNull(s.TF_NewBuffer(), "buffer");
    s.TF_SessionRun(
      session,
      runOptions,
      packed(feeds.map(({ node }) => node)),
      addresses(feeds.map(({ tensor }) => tensor)),
      feeds.length,
      new Uint8Array(16),
      new BigUint64Array(1),
      0,
      addresses(targets),
      targets.length,
      metadata,
      status,
    );
    check(name);
    s.TF_DeleteBuffer(runOptions);
    return copyBuffer(metadata);
  };
  if (assignments.length > 0) sessionRun(initial, assignments);
  for (const { tensor } of initial) c.TF_DeleteTensor(tensor);
  return {
    /** The node of the call itself, whose time is the sum of all others. */
    caller: `StatefulPartitionedCall_${nodes - 1}`,
    run: () => sessionRun(fed, [call.operation]),
    [Symbol.dispose]: () => {
      for (const { tensor } of fed) c.TF_DeleteTensor(tensor);
      s.TF_CloseSession(session, status);
      s.TF_DeleteSession(session, status);
      c.TF_DeleteGraph(graph);
      check("close a session");
    },
  };
}

/** Finds the last function of a label: `jit` appends the function's number in the process to its name. */
function lastNamed(label: string, exists: (name: string) => boolean): string {
  const names = Array.from({ length: 100 }, (_, number) => `${label}_${number}`);
  const name = names.findLast(exists);
  if (name === undefined) throw new Error(`no function ${label} was compiled`);
  return name;
}

function packed(nodes: readonly Node[]): Bytes {
  const bytes = new Uint8Array(16 * Math.max(1, nodes.length));
  nodes.forEach(({ output }, index) => bytes.set(output, 16 * index));
  return bytes;
}

function addresses(pointers: readonly Pointer[]): BigUint64Array<ArrayBuffer> {
  return BigUint64Array.from(pointers.length > 0 ? pointers.map((pointer) => Deno.UnsafePointer.value(pointer)) : [0n]);
}
