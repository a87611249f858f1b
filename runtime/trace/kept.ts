import type { ThoraxBackend } from "../backend/backend.ts";
import { copyHandle } from "../ffi/handles.ts";
import { refuseKeeping, type Unreadable } from "./refusal.ts";
import { replay } from "./replay.ts";
import type { Trace } from "./trace.ts";

/**
 * Gives the tensors that outlive a trace their values, where the function made them of nothing but values in JavaScript: a
 * constant in a cache, say.
 *
 * @throws {Error} for one that depends on an argument, a variable or a tensor from outside: state that changes from call to call
 */
export function settle(backend: ThoraxBackend, graph: Trace): void {
  const { engine: binding } = backend;
  const kept: Unreadable[] = [], own = graph.outsiders.filter(({ isOwn }) => isOwn);
  for (const [id, tensor] of binding.valuesOf(graph)) {
    const value = "trace" in tensor ? undefined : replay(backend, own, tensor);
    if (!value) {
      kept.push(tensor); // to use it from now on is an error
      continue;
    }
    binding.borrow(backend.idOf(value), (handle) => {
      binding.replace(id, { kind: "handle", handle: copyHandle(binding.tensorflow, handle) });
    });
    value.dispose();
  }
  if (kept.length > 0) refuseKeeping(graph.label, kept[0]);
}
