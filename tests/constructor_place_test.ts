import { assertEquals, assertThrows } from "@std/assert";
import { attention, compile, conv, dense, parse, type Spec, SpecError, stack } from "../mod.ts";

/** The message, with the line and column of the call as numbers. */
function message(make: () => unknown): string {
  return assertThrows(make, SpecError).message.replace(/:\d+:\d+\)$/, ":L:C)");
}

Deno.test("constructors: an error names the constructor, the field, what came, and the line that called it", () => {
  const here = "(constructor_place_test.ts:L:C)";
  assertEquals(message(() => conv(-1, 3)), `conv: filters must be a positive integer, got -1 ${here}`);
  assertEquals(
    message(() => stack({ stem: conv(8, 3), body: stack([dense(0.5)]) })),
    `dense: units must be a positive integer, got 0.5 ${here}`,
  );
  assertEquals(
    message(() => conv(6, 3, { groups: 4 })),
    `conv: 6 filters cannot be split into 4 groups ${here}`,
  );
  const withoutOptions = attention as unknown as () => Spec;
  assertEquals(message(() => withoutOptions()), `attention: heads must be a positive integer, got undefined ${here}`);
});

Deno.test("constructors: what is read has a path, and no line", () => {
  assertEquals(
    message(() => parse({ type: "conv", filters: -1, kernel: 3 })),
    "conv: filters must be a positive integer, got -1",
  );
});

Deno.test("constructors: parts that are none are refused, not taken for an empty stack", () => {
  const of = stack as unknown as (parts: unknown) => Spec;
  assertEquals(
    message(() => of(5)),
    "stack: the parts must be an array of specs, or an object of them by name, got 5",
  );
  assertEquals(compile(stack([]), { input: [2, 2, 1] }).output, [2, 2, 1]);
});
