/** Which test files a file's fault can reach, by what imports what. */
import { posix } from "node:path";
import { importsOf } from "../sources.ts";

/** The text of every TypeScript file, by its path from the root. */
export type Sources = ReadonlyMap<string, string>;

/** Which files run the code of which. */
export interface ImportGraph {
  /** The files that each file imports. */
  readonly imports: ReadonlyMap<string, ReadonlySet<string>>;
  /** The files that import each file. */
  readonly importers: ReadonlyMap<string, ReadonlySet<string>>;
}

/** How many imports away a test may be: one that is further notices a fault by chance, and the near one is missing. */
const farthest = 4;

/** The package's own names, as `deno.json` exports them. */
const ownNames = new Map([["@thorax/thorax", "mod.ts"], ["@thorax/thorax/runtime", "runtime/mod.ts"]]);

/**
 * Finds the tests that run a file's code, because they import it, directly or through others, or name it by its URL, as for a worker
 * or a process. Imports of types alone do not count.
 *
 * @returns Paths in the order in which they are worth a try: the file's own test, then those that are one import away, two, up to four;
 * of those that are as near first the ones of the file's own folder, then those that import least beside.
 */
export function testsReaching(file: string, { imports, importers }: ImportGraph): string[] {
  const own = file.replace(/\.ts$/, "_test.ts");
  const tests = [...distancesFrom(file, importers, farthest)].filter(([path]) => path.endsWith("_test.ts"));
  const ranked = tests.map(([path, distance]) => ({
    path,
    distance: path === own ? -1 : distance,
    isElsewhere: posix.dirname(path) === posix.dirname(file) ? 0 : 1,
    size: distancesFrom(path, imports).size,
  }));
  ranked.sort((a, b) => a.distance - b.distance || a.isElsewhere - b.isElsewhere || a.size - b.size);
  return ranked.map(({ path }) => path);
}

/** How many edges away from a file each file is that edges lead to, up to `limit`, nearest first. */
function distancesFrom(file: string, edges: ImportGraph["imports"], limit = Infinity): ReadonlyMap<string, number> {
  const distances = new Map([[file, 0]]);
  for (const [path, distance] of distances) { // goes on over what the loop adds
    if (distance === limit) break;
    for (const next of edges.get(path) ?? []) if (!distances.has(next)) distances.set(next, distance + 1);
  }
  return distances;
}

/** Finds which files run the code of which. */
export function importGraph(sources: Sources): ImportGraph {
  const imports = new Map<string, Set<string>>(), importers = new Map<string, Set<string>>();
  const add = (edges: Map<string, Set<string>>, from: string, to: string) =>
    edges.set(from, (edges.get(from) ?? new Set()).add(to));
  for (const [path, text] of sources) {
    for (const specifier of [...importsOf(withoutTypes(text)), ...urlsIn(text)]) {
      const target = ownNames.get(specifier) ?? posix.join(posix.dirname(path), specifier);
      if (!sources.has(target)) continue;
      add(imports, path, target);
      add(importers, target, path);
    }
  }
  return { imports, importers };
}

/** Without the statements that import or export types alone. */
function withoutTypes(text: string): string {
  return text.replace(/^(?:import|export) type\b[^;]*?\bfrom\b[^;]*;/gm, "");
}

/** The specifiers of `new URL("…", import.meta.url)` and of `import.meta.resolve("…")`. */
function urlsIn(text: string): string[] {
  const patterns = [/\bnew URL\(\s*"([^"]+)",\s*import\.meta\.url/g, /\bimport\.meta\.resolve\(\s*"([^"]+)"/g];
  return patterns.flatMap((pattern) => [...text.matchAll(pattern)].map(([, specifier]) => specifier));
}
