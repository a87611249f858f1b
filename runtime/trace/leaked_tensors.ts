import type { ThoraxBackend } from "../backend/backend.ts";
import { copyHandle } from "../ffi/handles.ts";
import { refuseLeakedTensor, type TensorDescription } from "./refusal.ts";
import { replay } from "./replay.ts";
import type { Trace } from "./trace.ts";

/**
 * Gives values to the tensors that outlive their trace, where the function made them from JavaScript values alone: a constant in a
 * cache, for example.
 *
 * @throws {Error} if one depends on an argument, a variable or a captured constant: it is state that changes from call to call
 */
export function resolveLeakedTensors(backend: ThoraxBackend, trace: Trace): void {
  const { engine: binding } = backend;
  const leaked: TensorDescription[] = [], literals = trace.capturedConstants.filter(({ isLiteral }) => isLiteral);
  for (const [id, tensor] of binding.valuesOf(trace)) {
    const value = "trace" in tensor ? undefined : replay(backend, literals, tensor);
    if (!value) {
      leaked.push(tensor); // using it from now on is an error
      continue;
    }
    binding.borrow(backend.idOf(value), (handle) => {
      binding.replace(id, { kind: "handle", handle: copyHandle(binding.tensorflow, handle) });
    });
    value.dispose();
  }
  if (leaked.length > 0) refuseLeakedTensor(trace.label, leaked[0]);
}
