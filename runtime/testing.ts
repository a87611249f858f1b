/** What the tests of this folder share: tests on the native backend, on it and tfjs's own, and counts that stay flat. */
import "../tests/cpu.ts";
import * as tf from "@tensorflow/tfjs-core";
import { assertEquals } from "@std/assert";
import { useEngine } from "../tests/engine.ts";
import { type Need, needs } from "../tests/needs.ts";
import type { ThoraxBackend } from "./backend/backend.ts";

/** The native backend's binding. */
export const binding = () => (tf.backend() as ThoraxBackend).engine;

/** How many tensors tfjs counts, and how many handles of TensorFlow's the binding holds. */
export const counts = () => ({ tensors: tf.memory().numTensors, handles: binding().getNumOfTensors() });

/** How many values each read from the engine brought while `body` ran. */
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
 * A test on the native backend that leaves as many tensors and handles as it found; its tensors and variables are released. What else
 * it needs comes with it.
 */
export function engineTest(name: string, body: () => Promise<void>, ...more: Need[]): void {
  Deno.test(name, needs("read", "ffi", "env", "run", ...more), async () => {
    await useEngine();
    const before = counts();
    await scoped(body);
    assertEquals(counts(), before);
  });
}

/** The same test on both backends. */
export function bothBackends(name: string, body: () => Promise<void>): void {
  Deno.test(`${name} (cpu)`, async () => {
    await tf.setBackend("cpu");
    const before = tf.memory().numTensors;
    await scoped(body);
    assertEquals(tf.memory().numTensors, before);
  });
  engineTest(`${name} (native)`, body);
}

async function scoped(body: () => Promise<void>): Promise<void> {
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
