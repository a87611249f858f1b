import { assertEquals } from "@std/assert";
import { nihLabels } from "../labels.ts";
import { sampledClasses } from "./sampled_classes.ts";

const findings = nihLabels.slice(0, 14);

Deno.test("sampledClasses: films of no label are a class behind NIH's 14, and in no class under others", () => {
  const films = [[], [3, 5], []];
  assertEquals(sampledClasses(films, findings), { films: [[14], [3, 5], [14]], classes: 15, noFinding: 14 });
  assertEquals(sampledClasses(films, findings.slice(1)), { films, classes: 13, noFinding: -1 });
  assertEquals(sampledClasses([[1], [0]], ["No Finding", "Mass"]), { films: [[1], [0]], classes: 2, noFinding: 0 });
});
