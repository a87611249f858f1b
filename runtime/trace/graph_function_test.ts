import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { assertEquals, assertThrows } from "@std/assert";
import { assertTensor } from "../../ops/testing.ts";
import type { ThoraxBackend } from "../backend/backend.ts";
import { cString } from "../ffi/c_string.ts";
import { newOp } from "../ffi/handles.ts";
import { engineTest } from "../testing.ts";
import { call } from "./call.ts";
import { release } from "./graph_function.ts";
import { traceFunction } from "./trace_function.ts";

engineTest(
  "traceFunction, release: TensorFlow knows a graph and what it calls until then, and none whose trace failed",
  async () => {
    const backend = tf.backend() as ThoraxBackend, { tensorflow, context } = backend.engine;
    const isKnown = (name: string) => {
      try {
        newOp(tensorflow, context, cString(name), name)[Symbol.dispose]();
        return true;
      } catch {
        return false;
      }
    };
    const assigned = (fail: boolean) => (x: Tensor, yes: Tensor) => {
      const updated = backend.updateCompiled([x], [], ([x]) => [tf.mul(x, 3)], yes);
      if (fail) throw new RangeError("broken on purpose");
      return updated?.[0];
    };
    const args = [tf.tensor1d([2]), tf.scalar(true, "bool")], donated = [true, false];
    const graph = traceFunction(backend, assigned(false), args, { label: "update", donated, xla: false });
    assertEquals([graph.functions.length, graph.functions.includes(graph.name)], [2, true]);
    assertEquals(graph.functions.map(isKnown), [true, true]);
    assertTensor(await call(backend, graph, args, donated) as Tensor, [1], [6], 0);
    release(backend, graph);
    assertEquals(graph.functions.map(isKnown), [false, false]);

    const [, number] = /_(\d+)$/.exec(graph.functions.find((name) => name !== graph.name) ?? "") ?? [];
    assertThrows(
      () =>
        traceFunction(backend, assigned(true), [tf.tensor1d([2]), args[1]], { label: "broken", donated, xla: false }),
      RangeError,
    );
    assertEquals(isKnown(`broken_update_${Number(number) + 1}`), false);
  },
);
