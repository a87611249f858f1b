/** For tests: the repository's own files. */
import { join } from "node:path";
import { root } from "./command.ts";

/** Folders that are no part of the program. */
const apart = new Set([".git", ".ci", "node_modules", "checkpoints", "logs", "shared"]);

/** Paths from the root, of the files that end in one of `endings`. */
export function sourceFiles(...endings: readonly string[]): string[] {
  const below = (folder: string): string[] =>
    [...Deno.readDirSync(join(root, folder))].flatMap(({ name, isDirectory }) => {
      const path = folder === "" ? name : `${folder}/${name}`;
      if (isDirectory) return apart.has(name) ? [] : below(path);
      return endings.some((ending) => name.endsWith(ending)) ? [path] : [];
    });
  return below("").sort();
}

/** A file's text. */
export function sourceText(path: string): string {
  return Deno.readTextFileSync(join(root, path));
}

/** What a module imports or exports from, dynamic imports of a literal too; not what its comments show. */
export function importsOf(text: string): string[] {
  const patterns = [
    /^(?:import|export)\b[^;"'`]*?\bfrom\s*"([^"]+)"/gm,
    /^import\s*"([^"]+)"/gm,
    /^[^*\n]*\bimport\(\s*"([^"]+)"/gm,
  ];
  return patterns.flatMap((pattern) => [...text.matchAll(pattern)].map(([, specifier]) => specifier));
}

/** Without comments, as far as a line tells: for rules about code. */
export function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "");
}
