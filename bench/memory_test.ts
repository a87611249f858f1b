import { assertEquals } from "@std/assert";
import { parseStatus } from "./memory.ts";

Deno.test("parseStatus: bytes of the two fields", () => {
  const status = "Name:\tpython\nVmHWM:\t  900 kB\nVmRSS:\t  800 kB\nRssAnon:\t  500 kB\nRssFile:\t  300 kB\n";
  assertEquals(parseStatus(status), { anonymous: 500 * 1024, resident: 800 * 1024 });
});

Deno.test("parseStatus: nothing of a process that has ended", () => {
  assertEquals(parseStatus("Name:\tpython\nState:\tZ (zombie)\n"), undefined);
});
