import { shapesAt } from "../shape_inference.ts";
import { sameShape, type Shape } from "../shape.ts";
import { rowOf } from "../compile/summary.ts";
import { type Branch, childOf, type Leaf, type Tree } from "../compile/tree.ts";
import { runAt } from "./runs.ts";

/** What every item of a picture has: a place, and the shapes of its copies. */
interface ItemBase {
  /** The path of the first copy. */
  readonly path: string;
  /** The input's shape in each copy. */
  readonly input: readonly Shape[];
  /** The output's shape in each copy. */
  readonly output: readonly Shape[];
}

/** A layer and the light layers after it: a convolution, its norm and its activation. */
export interface Card extends ItemBase {
  readonly kind: "card";
  /** The layers, each with its copies. */
  readonly rows: readonly (readonly Leaf[])[];
}

/** Branches that start from one value and meet again. A branch without items is the input itself. */
export interface Fork extends ItemBase {
  readonly kind: "fork";
  /** The type of the combinator in which the branches meet. */
  readonly type: string;
  readonly ways: readonly (readonly Item[])[];
}

/** Neighbors that are copies of each other, shown once. */
export interface Group extends ItemBase {
  readonly kind: "group";
  readonly times: number;
  readonly items: readonly Item[];
}

/** What a picture shows one after another. */
export type Item = Card | Fork | Group;

/** A part of a combinator, with its copies; or branches of its parts that meet. */
type Part = readonly Tree[] | Fork;

/** The value that runs through `wire` here: the parts that it passed, and its shape in each copy. */
interface Trail {
  readonly parts: readonly Part[];
  readonly shapes: readonly Shape[];
}

/** Lists what a picture shows of a tree, from input to output. Several trees are copies of each other, shown as one. */
export function flowOf(copies: readonly Tree[]): readonly Item[] {
  if (!copies.every(isLeaf)) return itemsOf(partsOf(copies.filter(isBranch)));
  return copies[0].type === "identity" ? [] : [{ kind: "card", ...passage(copies), rows: [copies] }];
}

/** Lists the parts of a combinator in the order in which `wire` runs them. */
function partsOf(copies: readonly Branch[]): readonly Part[] {
  const [{ combinator, spec, input, ...from }] = copies;
  const at = shapesAt(from, { shape: input, from });
  const start: Trail = { parts: [], shapes: copies.map(({ input }) => input) };
  return combinator.wire<Trail>(spec, start, {
    child(name, { parts }) {
      const trees = copies.map((copy) => childOf(copy.children, name, copy));
      return { parts: [...parts, trees], shapes: passage(trees).output };
    },
    join(join, trails) {
      const [{ parts }] = trails;
      const split = parts.findIndex((part, i) => trails.some((trail) => trail.parts[i] !== part));
      const shared = parts.slice(0, split < 0 ? parts.length : split), last = shared.at(-1);
      const fork: Fork = {
        kind: "fork",
        type: from.type,
        path: from.path,
        input: last ? (isFork(last) ? last : passage(last)).output : start.shapes,
        output: copies.map((_, copy) => join.shape(trails.map(({ shapes }) => ({ shape: shapes[copy], from })), at)),
        ways: trails.map((trail) => itemsOf(trail.parts.slice(shared.length))),
      };
      return { parts: [...shared, fork], shapes: fork.output };
    },
  }).parts;
}

/**
 * Turns parts into items: runs of copies become groups, nested stacks one line, and light layers rows of the card
 * before them.
 */
function itemsOf(parts: readonly Part[]): readonly Item[] {
  const keys = parts.map(keyOf), items: Item[] = [];
  for (let i = 0; i < parts.length;) {
    const { period, times } = runAt(keys, i, (part) => isLight(parts[part])), run = parts.slice(i, i += period * times);
    items.push(
      ...(times > 1 ? groupOf(run.filter(isTrees), times) : run.flatMap((part) => isFork(part) ? part : flowOf(part))),
    );
  }
  return items.reduce(attach, []);
}

/** Makes one item of copies that follow each other; none where they hold nothing to show. */
function groupOf(run: readonly (readonly Tree[])[], times: number): readonly Group[] {
  const period = run.length / times;
  const parts = run.slice(0, period).map((copies, i) =>
    copies.flatMap((_, copy) => Array.from({ length: times }, (_, time) => run[time * period + i][copy]))
  );
  const items = itemsOf(parts), last = run[run.length - 1];
  return items.length === 0 ? [] : [{ kind: "group", ...passage(run[0], last), times, items }];
}

function attach(items: readonly Item[], item: Item): readonly Item[] {
  const before = items.at(-1);
  const goesOn = before?.kind === "card" && item.kind === "card" && item.rows.every(isLight) &&
    sectionOf(before) === sectionOf(item);
  if (!goesOn) return [...items, item];
  return [...items.slice(0, -1), { ...before, output: item.output, rows: [...before.rows, ...item.rows] }];
}

/** Whether a part is a layer that keeps the shape and has no multiply-adds. */
function isLight(part: Part): boolean {
  if (isFork(part) || !part.every(isLeaf)) return false;
  const [leaf] = part;
  return rowOf(leaf).multiplyAdds === 0 && sameShape(leaf.input, leaf.output.shape);
}

/**
 * A key that is equal for copies: it leaves out channels, which may grow from one copy to the next, and rates of
 * dropout.
 */
function keyOf(part: Part): unknown {
  if (isFork(part)) return part;
  const [{ spec, input, output }] = part, sizes = [input, output.shape].map((shape) => shape.slice(0, -1));
  return JSON.stringify([spec, sizes], (name, value) => name === "rate" ? null : value);
}

function passage(first: readonly Tree[], last = first): ItemBase {
  return {
    path: first[0].path,
    input: first.map(({ input }) => input),
    output: last.map(({ output }) => output.shape),
  };
}

const isLeaf = (tree: Tree): tree is Leaf => "layer" in tree;
const isBranch = (tree: Tree): tree is Branch => !isLeaf(tree);
const isFork = (part: Part): part is Fork => "kind" in part;
const isTrees = (part: Part): part is readonly Tree[] => !isFork(part);

/** The names of the stacks around an item, up to the first number: `features` of `features/0/conv`. */
export function sectionOf({ path }: Item): string {
  const names = path.split("/").slice(0, -1), number = names.findIndex(isNumber);
  return names.slice(0, number < 0 ? names.length : number).join("/");
}

/** The part of a path that a column break does not divide: `layer2/0` of `layer2/0/block`. */
export function unitOf({ path }: Item): string {
  const names = path.split("/");
  return names.slice(0, Math.max(2, names.findIndex(isNumber) + 1)).join("/");
}

const isNumber = (name: string) => /^\d+$/.test(name);
