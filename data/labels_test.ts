import { assertEquals } from "@std/assert";
import { nihLabels } from "./labels.ts";

Deno.test("nihLabels: the 15 labels, No Finding last", () => {
  assertEquals(nihLabels.length, 15);
  assertEquals(nihLabels[0], "Atelectasis");
  assertEquals(nihLabels[12], "Pleural_Thickening");
  assertEquals(nihLabels[14], "No Finding");
});
