/** Native TensorFlow under tfjs, and `jit`, which compiles tfjs programs into its graphs. Importing this opens nothing. */
export type { Device } from "./ffi/context.ts";
export { dropout, statelessUniform } from "../ops/dropout.ts";
export { type Argument, assertTraces, jit, type JitOptions, type Jitted } from "./jit.ts";
export { findLibrary, type FindOptions, type Library } from "./library/find.ts";
export { type Engine, type EngineOptions, openEngine } from "./open.ts";
export { TensorFlowError } from "./ffi/tensorflow.ts";
