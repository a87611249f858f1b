import { posix } from "node:path";
import { importsOf } from "./sources.ts";

/** Modules by path, each with its text. */
export type Modules = ReadonlyMap<string, string>;

/**
 * The circles of imports among modules, type imports included: the strongly connected components of more than one module (Tarjan
 * 1972). Imports of anything else do not count.
 */
export function circlesOf(modules: Modules): string[][] {
  const order = new Map<string, number>(), lowest = new Map<string, number>();
  const open: string[] = [], circles: string[][] = [];
  const targets = (path: string) =>
    importsOf(modules.get(path) ?? "").map((specifier) => posix.join(posix.dirname(path), specifier))
      .filter((target) => modules.has(target));
  const visit = (path: string): number => {
    const index = order.size;
    order.set(path, index);
    lowest.set(path, index);
    open.push(path);
    for (const target of targets(path)) {
      const reached = order.has(target) ? (open.includes(target) ? order.get(target) : undefined) : visit(target);
      lowest.set(path, Math.min(lowest.get(path) ?? index, reached ?? index));
    }
    if (lowest.get(path) === index) {
      const component = open.splice(open.indexOf(path));
      if (component.length > 1) circles.push(component.sort());
    }
    return lowest.get(path) ?? index;
  };
  for (const path of modules.keys()) if (!order.has(path)) visit(path);
  return circles;
}
