import { assertEquals } from "@std/assert";
import { needs } from "../tests/needs.ts";
import { sourceFiles, sourceText, withoutComments } from "../tests/sources.ts";
import { nihLabels } from "./labels.ts";

Deno.test("nihLabels: the 15 labels, No Finding last", () => {
  assertEquals(nihLabels.length, 15);
  assertEquals(nihLabels[0], "Atelectasis");
  assertEquals(nihLabels[12], "Pleural_Thickening");
  assertEquals(nihLabels[14], "No Finding");
});

Deno.test("noFindingName: no other code spells the label out", needs("read", "run"), () => {
  const isTest = (path: string) => /_test\.ts$|(^|\/)testing(\/|\.ts$)|^tests\//.test(path);
  const files = sourceFiles(".ts").filter((path) => !isTest(path));
  const spelled = files.filter((path) => withoutComments(sourceText(path)).includes("No Finding"));
  assertEquals(spelled, ["data/labels.ts"]);
});
