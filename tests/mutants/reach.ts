/** Which test files a file's fault can reach, by what imports what. */
import { posix } from "node:path";
import { importsOf } from "../sources.ts";

/** The text of every TypeScript file, by its path from the root. */
export type Sources = ReadonlyMap<string, string>;

/** The files that run each file's code themselves. */
export type Importers = ReadonlyMap<string, ReadonlySet<string>>;

/** How many imports away a test may be: one that is further notices a fault by chance, and the near one is missing. */
const farthest = 4;

/** The package's own names, as `deno.json` exports them. */
const ownNames = new Map([["@thorax/thorax", "mod.ts"], ["@thorax/thorax/runtime", "runtime/mod.ts"]]);

/**
 * Finds the tests that run a file's code, because they import it, directly or through others, or name it by its URL, as for a worker
 * or a process. Imports of types alone do not count.
 *
 * @returns Paths in the order in which they are worth a try: the file's own test, then those that are one import away, two, up to four;
 * of those that are as near the ones of the file's own folder first.
 */
export function testsReaching(file: string, importers: Importers): string[] {
  const distances = new Map([[file, 0]]);
  for (const [path, distance] of distances) { // goes on over what the loop adds
    if (distance === farthest) continue;
    for (const importer of importers.get(path) ?? []) {
      if (!distances.has(importer)) distances.set(importer, distance + 1);
    }
  }
  const own = file.replace(/\.ts$/, "_test.ts");
  const rank = (path: string) => {
    if (path === own) return 0;
    return 2 * (distances.get(path) ?? farthest) + (posix.dirname(path) === posix.dirname(file) ? 0 : 1);
  };
  const tests = [...distances.keys()].filter((path) => path.endsWith("_test.ts"));
  return tests.sort().sort((a, b) => rank(a) - rank(b));
}

/** Finds the files that run each file's code. */
export function importersOf(sources: Sources): Importers {
  const importers = new Map<string, Set<string>>();
  for (const [path, text] of sources) {
    for (const specifier of [...importsOf(withoutTypes(text)), ...urlsIn(text)]) {
      const target = ownNames.get(specifier) ?? posix.join(posix.dirname(path), specifier);
      if (sources.has(target)) importers.set(target, (importers.get(target) ?? new Set()).add(path));
    }
  }
  return importers;
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
