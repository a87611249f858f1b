import { assertEquals } from "@std/assert";
import { needs, whyIgnored } from "./needs.ts";

for (const line of whyIgnored()) console.log(line);

Deno.test("needs: a test without the permission that it needs is ignored, and one line names the task", () => {
  Deno.permissions.revokeSync({ name: "ffi" });
  assertEquals([needs(), needs("read", "ffi"), needs("ffi")], [{ ignore: false }, { ignore: true }, { ignore: true }]);
  assertEquals(whyIgnored(), ["Tests that need permissions are ignored here: `deno task test` runs them all."]);
});
