import { assertEquals, assertThrows } from "@std/assert";
import { UserError } from "../errors.ts";
import { checkLogits } from "./check_logits.ts";

Deno.test("checkLogits: the first film and label without a number are named, exit status 1", () => {
  const nameOf = (row: number, column: number) => `${"ab"[row]}.png, ${["Mass", "Nodule"][column]}`;
  for (const value of [NaN, Infinity, -Infinity]) {
    const error = assertThrows(
      () => checkLogits(Float32Array.of(1, 2, 3, value), 2, nameOf),
      UserError,
      `the model gives ${value} for b.png, Nodule, which is not a finite number`,
    );
    assertEquals(error.exitStatus, 1);
  }
  checkLogits(Float32Array.of(3.4e38, -3.4e38), 2, nameOf);
});
