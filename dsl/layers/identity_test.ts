import { assert } from "@std/assert";
import { identity } from "./identity.ts";
import { forward, waves } from "../testing.ts";

Deno.test("identity: gives back the very tensor", () => {
  const x = waves(1, 5);
  assert(forward(identity(), x).output === x);
});
