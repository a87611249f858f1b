import { assertEquals } from "@std/assert";
import { dataTypes } from "../ffi/data_type.ts";
import type { SymbolicTensor } from "./graph.ts";
import { aliasOutputs, type DonatedInput } from "./output_aliases.ts";

/** Makes a tensor of a graph. Aliasing uses only its shape and type. */
const symbolic = (...shape: number[]) => ({ shape, dtype: dataTypes.float32 }) as SymbolicTensor;

const donated = (path: string, ...shape: number[]): DonatedInput => ({
  path,
  variable: { resource: symbolic(), value: symbolic(...shape) },
});

const aliases = (outputs: Record<string, SymbolicTensor | number>, inputs: readonly DonatedInput[]) =>
  aliasOutputs(
    Object.keys(outputs).map((path) => ({ path, value: 0 })),
    Object.values(outputs),
    inputs,
  );

Deno.test("aliasOutputs: an input is taken once, and the other outputs have memory of their own", () => {
  const input = donated("/0", 2);
  assertEquals(aliases({ "/a": symbolic(2), "/b": symbolic(2), "/c": symbolic(2) }, [input]), [
    0,
    undefined,
    undefined,
  ]);
  const { value } = input.variable;
  assertEquals(aliases({ "/a": value, "/b": value, "/c": symbolic(2) }, [input]), [0, undefined, undefined]);
});

Deno.test("aliasOutputs: first an input's own value, then the same path, then the same shape", () => {
  const [a, b, c] = [donated("/0/a", 2), donated("/0/b", 2), donated("/1", 2)];
  assertEquals(aliases({ "/0/a": b.variable.value, "/0/b": symbolic(2), "/1": symbolic(2) }, [a, b, c]), [1, 0, 2]);
  assertEquals(aliases({ "/1": symbolic(2), "/0/b": symbolic(2), "/0/a": symbolic(2) }, [a, b, c]), [2, 1, 0]);
  assertEquals(aliases({ "/x": symbolic(2), "/b": symbolic(2), "/a": symbolic(2) }, [a, b, c]), [2, 1, 0]);
});

Deno.test("aliasOutputs: an input that does not come back beside another of its shape is free for none", () => {
  const [kept, gone, other] = [donated("/0/kept", 3), donated("/0/gone", 3), donated("/0/other", 4)];
  assertEquals(aliases({ "/kept": symbolic(3), "/sum": symbolic() }, [kept, gone, other]), [0, undefined]);
  assertEquals(aliases({ "/number": 7, "/other": symbolic(4) }, [kept, gone, other]), [undefined, 2]);
});

Deno.test("aliasOutputs: a shape, a type or an overwritten input does not fit", () => {
  const input = donated("/0", 2);
  assertEquals(aliases({ "/a": symbolic(3), "/b": symbolic(1, 2) }, [input]), [undefined, undefined]);
  assertEquals(aliases({ "/a": { ...symbolic(2), dtype: dataTypes.int32 } }, [input]), [undefined]);
  const next = symbolic(2);
  input.variable.update = { operation: next.operation, value: next };
  assertEquals(aliases({ "/a": symbolic(2), "/b": next }, [input]), [undefined, 0]);
  assertEquals(aliases({ "/a": symbolic(2) }, [input]), [undefined]);
});
