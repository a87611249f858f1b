import { assertMatch } from "@std/assert";
import { describeMachine } from "./machine.ts";

Deno.test("describeMachine: without the permission sys what it may not know is unknown", () => {
  assertMatch(describeMachine(), /^[^,]+, \d+ cores?, memory of (\d+\.\d GiB|unknown size)$/);
});
