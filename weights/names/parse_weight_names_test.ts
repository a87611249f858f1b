import { assertEquals, assertThrows } from "@std/assert";
import { UserError } from "../../errors.ts";
import { knownWeightNames } from "../../models/registry.ts";
import { parseWeightNames } from "./parse_weight_names.ts";

Deno.test("parseWeightNames: the tables of the registry pass as they are", () => {
  for (const weightNames of Object.values(knownWeightNames)) {
    assertEquals(parseWeightNames(weightNames, "--model a.ts"), weightNames);
  }
});

Deno.test("parseWeightNames: a fault is one line that names its place", () => {
  const rows: [value: unknown, message: string][] = [
    ["torchvision", "exports weightNames that are not a table of libraries"],
    [null, "exports weightNames that are not a table of libraries"],
    [{ torchvison: {} }, 'exports weightNames of "torchvison", which is not a library; did you mean torchvision?'],
    [{ keras: {} }, 'exports weightNames of "keras", which is not a library; known: torchvision, timm, '],
    [{ timm: 7 }, "exports weightNames with a fault at timm: "],
    [{ timm: { rules: { "a/": 7 } } }, "exports weightNames with a fault at timm.rules.a/: "],
    [{ timm: { rule: {} } }, 'exports weightNames with a fault at timm: Unrecognized key: "rule"'],
    [{ timm: { shapes: { "/kernel": [1] } } }, "exports weightNames with a fault at timm.shapes./kernel: "],
    [{ timm: { normalization: { mean: [], std: [1] } } }, "with a fault at timm.normalization.mean: "],
  ];
  for (const [value, message] of rows) {
    const error = assertThrows(() => parseWeightNames(value, "--model a.ts"), UserError, message);
    assertEquals([error.exitStatus, error.message.startsWith("--model a.ts exports"), error.message.includes("\n")], [
      2,
      true,
      false,
    ]);
  }
});
