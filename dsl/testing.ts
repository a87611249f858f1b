/**
 * What the tests of this folder share. Inputs and weights are waves, so that `golden/make_expected.py` can make
 * PyTorch's numbers for them.
 */
import "../tests/cpu.ts";
import type { Tensor } from "@tensorflow/tfjs-core";
import { assertEquals } from "@std/assert";
import { waves } from "../ops/testing.ts";
import { compile, type Model } from "./compile/compile.ts";
import type { ApplyResult, Mode, Weights } from "./layer.ts";
import type { Spec } from "./spec.ts";

/** The line that called a constructor, behind the message of its error. */
export const calledAt = / \(\S+:\d+:\d+\)$/;

/** Waves for every parameter. */
export function waveWeights({ parameters }: Model): Weights {
  return Object.fromEntries(parameters.map(({ path, shape }) => [path, waves([...shape])]));
}

/** Compiles a spec for a batch and runs it with waves as weights. */
export function forward(spec: Spec, x: Tensor, mode: Mode = { training: false }): ApplyResult {
  const model = compile(spec, { input: x.shape.slice(1) });
  return model.apply(waveWeights(model), x, mode);
}

/** Asserts that a value is frozen throughout. */
export function assertFrozen(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  assertEquals(Object.isFrozen(value), true, `not frozen: ${JSON.stringify(value)}`);
  Object.values(value).forEach(assertFrozen);
}
