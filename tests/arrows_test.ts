import { posix } from "node:path";
import { assertEquals } from "@std/assert";
import { circlesOf } from "./circles.ts";
import { needs } from "./needs.ts";
import { importsOf, sourceFiles, sourceText, withoutComments } from "./sources.ts";

const tfjs = "@tensorflow/";
const own = ["lineage", "dsl", "ops", "data", "formats", "runtime", "weights"];

/** What each room may import: rooms of ours, or folders of them, and packages by the start of their names. */
const arrows: Readonly<Record<string, { readonly rooms: readonly string[]; readonly packages?: readonly string[] }>> = {
  ops: { rooms: [], packages: [tfjs] },
  dsl: { rooms: ["ops"], packages: [tfjs] },
  models: { rooms: ["dsl", "weights/names"], packages: [] },
  runtime: { rooms: ["formats", "ops"] },
  formats: { rooms: [] },
  lineage: { rooms: [] },
  data: { rooms: ["formats", "lineage"] },
  weights: { rooms: ["dsl", "formats", "lineage"] },
  trained: { rooms: ["data", "dsl", "lineage", "models", "weights"] },
  train: { rooms: [...own, "trained", "evaluate"] },
  evaluate: { rooms: [...own, "trained"] },
  export: { rooms: ["dsl", "formats", "ops", "runtime", "trained", "weights"] },
  commands: { rooms: [...own, "models", "trained", "train", "evaluate", "export"] },
};

/** Files at the root that any room may import. */
const shared = new Set(["errors.ts", "map_values.ts", "random.ts", "text_table.ts", "deno.json"]);

const isTest = (path: string) => /_test\.ts$|(^|\/)testing(\/|\.ts$)/.test(path);
const roomOf = (path: string) => path.split("/")[0];

Deno.test("importsOf: every form of import, none of those in comments", () => {
  const text = [
    'import "./effect.ts";',
    'import type { A } from "./type.ts";',
    'export * from "./star.ts";',
    "import {",
    "  b,",
    '} from "./lines.ts";',
    ' * import { c } from "./comment.ts";',
    'const d = await import("./lazy.ts");',
    'const e = { from: "./value.ts" };',
  ].join("\n");
  assertEquals(importsOf(text).sort(), ["./effect.ts", "./lazy.ts", "./lines.ts", "./star.ts", "./type.ts"]);
});

Deno.test("arrows: each room imports the rooms below it alone", needs("read", "run"), () => {
  const files = sourceFiles(".ts").filter((path) => roomOf(path) in arrows && !isTest(path));
  const wrong = files.flatMap((path) => {
    const { rooms, packages } = arrows[roomOf(path)];
    return importsOf(sourceText(path)).filter((specifier) => {
      if (!specifier.startsWith(".")) return packages && !packages.some((start) => specifier.startsWith(start));
      const target = posix.join(posix.dirname(path), specifier);
      return !shared.has(target) && ![roomOf(path), ...rooms].some((room) => target.startsWith(`${room}/`));
    }).map((specifier) => `${path} imports ${specifier}`);
  });
  assertEquals(wrong, []);
  const empty = Object.keys(arrows).filter((room) => !files.some((path) => roomOf(path) === room));
  assertEquals(empty, []);
});

Deno.test("circlesOf: files that reach each other, by type imports too, and none that one way leads to alone", () => {
  const modules = new Map([
    ["a/one.ts", 'import { two } from "./two.ts";'],
    ["a/two.ts", 'import type { Three } from "./deep/three.ts";'],
    ["a/deep/three.ts", 'import "../one.ts";\nimport "../alone.ts";'],
    ["a/alone.ts", 'import "npm:other";\nimport "../b/elsewhere.ts";'],
    ["a/start.ts", 'export * from "./one.ts";'],
  ]);
  assertEquals(circlesOf(modules), [["a/deep/three.ts", "a/one.ts", "a/two.ts"]]);
});

Deno.test("arrows: inside a room no files import each other in a circle", needs("read", "run"), () => {
  const files = sourceFiles(".ts").filter((path) => path.includes("/") && !isTest(path));
  const rooms = [...new Set(files.map(roomOf))];
  const circles = rooms.flatMap((room) =>
    circlesOf(new Map(files.filter((path) => roomOf(path) === room).map((path) => [path, sourceText(path)])))
  );
  assertEquals(circles, []);
});

Deno.test("arrows: what describes and computes a model knows nothing of Deno, Node or files", needs("read"), () => {
  const files = sourceFiles(".ts").filter((path) => ["dsl", "ops", "models"].includes(roomOf(path)) && !isTest(path));
  const wrong = files.filter((path) => {
    const text = withoutComments(sourceText(path));
    return /\b(Deno|process|Buffer|require)\s*[.(]/.test(text) || /"node:/.test(text);
  });
  assertEquals(wrong, []);
});
