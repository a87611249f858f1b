/** Shared by tests: tests on the native backend, or on it and tfjs's own, and counts that must stay flat. */
import "../tests/cpu.ts";
import * as tf from "@tensorflow/tfjs-core";
import { assertEquals } from "@std/assert";
import { useEngine } from "../tests/engine.ts";
import { type Need, needs } from "../tests/needs.ts";
import type { ThoraxBackend } from "./backend/backend.ts";

/** Returns the native backend's binding. */
export const binding = () => (tf.backend() as ThoraxBackend).engine;

/** Counts tfjs's tensors, and the handles of TensorFlow that the binding holds. */
export const counts = () => ({ tensors: tf.memory().numTensors, handles: binding().getNumOfTensors() });

/** Returns the number of values of each read from the engine while `body` runs. */
export async function reads(body: () => Promise<unknown>): Promise<number[]> {
  const engine = binding(), read = engine.tensorDataSync;
  const sizes: number[] = [];
  engine.tensorDataSync = (id) => {
    const values = read.call(engine, id);
    sizes.push(values.length);
    return values;
  };
  try {
    await body();
  } finally {
    engine.tensorDataSync = read;
  }
  return sizes;
}

/**
 * Declares a test on the native backend that must leave as many tensors and handles as it found. Its tensors and variables are
 * released at its end. `more` are its further needs.
 */
export function engineTest(name: string, body: () => Promise<void> | void, ...more: Need[]): void {
  Deno.test(name, needs("read", "ffi", "env", "run", ...more), async () => {
    await useEngine();
    const before = counts();
    await scoped(body);
    assertEquals(counts(), before);
  });
}

/** Declares the same test on tfjs's CPU backend and on the native one. */
export function bothBackends(name: string, body: () => Promise<void> | void): void {
  Deno.test(`${name} (cpu)`, async () => {
    await tf.setBackend("cpu");
    const before = tf.memory().numTensors;
    await scoped(body);
    assertEquals(tf.memory().numTensors, before);
  });
  engineTest(`${name} (native)`, body);
}

async function scoped(body: () => Promise<void> | void): Promise<void> {
  const before = new Set(Object.keys(tf.engine().registeredVariables));
  tf.engine().startScope();
  try {
    await body();
  } finally {
    tf.engine().endScope();
    const { registeredVariables } = tf.engine();
    tf.dispose(Object.values(registeredVariables).filter(({ name }) => !before.has(name)));
  }
}
