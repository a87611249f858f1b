import { assertEquals } from "@std/assert";
import { needs, whyIgnored } from "./needs.ts";

// as ignored tests, since `deno test -q` keeps what a test file prints to itself
for (const line of whyIgnored()) Deno.test(line, { ignore: true }, () => {});

Deno.test("needs: a test without the permission that it needs is ignored, and one line names the task", () => {
  Deno.permissions.revokeSync({ name: "ffi" });
  assertEquals([needs(), needs("read", "ffi"), needs("ffi")], [{ ignore: false }, { ignore: true }, { ignore: true }]);
  assertEquals(whyIgnored(), ["Tests that need permissions are ignored here: `deno task test` runs them all."]);
});
