/**
 * The names and shapes of every model beside those of the libraries' own: `weights/testing/make_names.py` wrote their
 * digests.
 */
import { createHash } from "node:crypto";
import { assertEquals } from "@std/assert";
import { registry } from "../../models/registry.ts";
import { renameWeights } from "../matching/rename_weights.ts";
import expected from "../testing/library_names.json" with { type: "json" };
import { modelOf, namesFor } from "../testing/registry_models.ts";
import { libraries, type Library } from "./naming.ts";

const read = () => Promise.reject(new Error("no value is read"));

/** The names and shapes that `export` writes, as make_names.py digests them. */
function digest(name: string, library: Library): string {
  const model = modelOf(name, registry[name].inputSize, 3, 1000);
  const tensors = renameWeights({ ...namesFor(name), model, library, step: 0, read });
  const lines = tensors.map(({ name, shape }) => `${name} [${shape.join(", ")}]`).sort();
  const hash = createHash("sha256").update(lines.join("\n")).digest("hex");
  return `${lines.length} tensors, ${hash.slice(0, 16)}`;
}

const tables: Readonly<Partial<Record<Library, Readonly<Record<string, string>>>>> = expected;

for (const library of libraries) {
  const models = tables[library];
  if (models === undefined) continue; // the document's models are those of the others
  Deno.test(`names: ${library}'s own for all tensors of ${Object.keys(models).length} models, with their shapes`, () => {
    assertEquals(Object.fromEntries(Object.keys(models).map((name) => [name, digest(name, library)])), models);
  });
}
