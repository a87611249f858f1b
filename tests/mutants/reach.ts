/** Which test files a file's fault can reach, by what imports what. */
import { posix } from "node:path";
import { importsOf } from "../sources.ts";

/** The text of every TypeScript file, by its path from the root. */
export type Sources = ReadonlyMap<string, string>;

/**
 * The tests that import a file, directly or through others, in groups: its own test first, then those fewer imports away. A file that no
 * module imports by name (a worker, a command) is reached by all tests that mention its name.
 */
export function testsReaching(file: string, sources: Sources): string[][] {
  const importers = importersOf(sources), distance = new Map([[file, 0]]);
  for (const [path, steps] of distance) {
    for (const importer of importers.get(path) ?? []) if (!distance.has(importer)) distance.set(importer, steps + 1);
  }
  const groups: string[][] = [];
  for (const [path, steps] of distance) if (path.endsWith("_test.ts")) (groups[steps] ??= []).push(path);
  return groups.filter((group) => group !== undefined).map((group) => group.toSorted());
}

/** The files that import each file, comments aside. */
function importersOf(sources: Sources): ReadonlyMap<string, ReadonlySet<string>> {
  const importers = new Map<string, Set<string>>();
  for (const [path, text] of sources) {
    const mentioned = [...text.matchAll(/new URL\("([^"]+\.ts)", import\.meta\.url\)/g)].map(([, specifier]) => specifier);
    for (const specifier of [...importsOf(text), ...mentioned]) {
      const target = specifier === "@thorax/thorax" ? "mod.ts" : posix.join(posix.dirname(path), specifier);
      if (!sources.has(target)) continue;
      importers.set(target, (importers.get(target) ?? new Set()).add(path));
    }
  }
  return importers;
}
