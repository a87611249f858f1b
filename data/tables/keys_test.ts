import { assertEquals } from "@std/assert";
import { normalizeKey, withoutSeparators } from "./keys.ts";

Deno.test("normalizeKey: composed and decomposed letters are one", () => {
  assertEquals(normalizeKey(" Zoe\u0308.png\u00a0"), "Zo\u00eb.png");
});

Deno.test("withoutSeparators: case, spaces, underscores and hyphens make no other label", () => {
  assertEquals(["Pleural_Thickening", "pleural thickening", "Pleural-Thickening"].map(withoutSeparators), [
    "pleuralthickening",
    "pleuralthickening",
    "pleuralthickening",
  ]);
});
