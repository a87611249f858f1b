/**
 * Native TensorFlow as a backend of tfjs, and `jit`, which compiles tfjs programs into its graphs. Importing this opens no library
 * and needs no permission.
 *
 * @module
 */
export { dropout, statelessUniform } from "../ops/dropout.ts";
export type { EngineOptions } from "./engine_options.ts";
export type { Device } from "./ffi/context.ts";
export { TensorFlowError } from "./ffi/tensorflow.ts";
export { type Argument, assertTraces, jit, type JitFunction, type JitOptions } from "./jit.ts";
export { findLibrary, type FindOptions, type Library } from "./library/find.ts";
export type { OnProgress, Progress } from "./library/progress.ts";
export type { Variant } from "./library/wheels.ts";
export { type Engine, openEngine } from "./open.ts";
