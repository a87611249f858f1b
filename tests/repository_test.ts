import { fileURLToPath } from "node:url";
import { assert, assertEquals } from "@std/assert";
import config from "../deno.json" with { type: "json" };
import * as library from "../mod.ts";
import { flagOf } from "../commands/options/option.ts";
import { trainOptions } from "../commands/options/train_options.ts";
import { root } from "./command.ts";
import { needs } from "./needs.ts";
import { importsOf, sourceFiles, sourceText } from "./sources.ts";

Deno.test("repository: every task that a page names exists", needs("read"), () => {
  const wrong = sourceFiles(".md").flatMap((path) =>
    [...sourceText(path).matchAll(/deno task (?:-\S+ )?([a-z][\w:]*)/g)].map(([, task]) => task)
      .filter((task) => !Object.hasOwn(config.tasks, task)).map((task) => `${path}: deno task ${task}`)
  );
  assertEquals(wrong, []);
});

Deno.test("repository: every option that a page gives to train exists", needs("read"), () => {
  const flags = new Set(["--help", ...Object.entries(trainOptions).map(([name, option]) => flagOf(name, option))]);
  const wrong = sourceFiles(".md").flatMap((path) =>
    [...sourceText(path).matchAll(/deno task (?:-\S+ )?train ([^`\n#]*)/g)].flatMap(([, args]) =>
      [...args.matchAll(/--[a-z][\w-]*/g)].map(([flag]) => flag.replaceAll("_", "-"))
    ).filter((flag) => !flags.has(flag)).map((flag) => `${path}: train ${flag}`)
  );
  assertEquals(wrong, []);
});

Deno.test("repository: the library and the language's page have every layer and combinator", needs("read"), () => {
  const names = sourceFiles(".ts").filter((path) => path.startsWith("dsl/") && !path.endsWith("_test.ts"))
    .flatMap((path) =>
      [...sourceText(path).matchAll(/^export const (\w+)(?:Layer|Combinator):/gm)].map(([, name]) => name)
    );
  const page = sourceText("docs/dsl.md");
  assert(names.length > 0);
  assertEquals(names.filter((name) => !Object.hasOwn(library, name) || !page.includes(`\`${name}(`)), []);
});

Deno.test("repository: every folder of code is a room that ARCHITECTURE tells of", needs("read"), () => {
  const folders = new Set(sourceFiles(".ts").filter((path) => path.includes("/")).map((path) => path.split("/")[0]));
  const page = sourceText("ARCHITECTURE.md");
  assertEquals([...folders].filter((folder) => folder !== "docs" && !page.includes(`| \`${folder}/\``)), []);
});

Deno.test("repository: the program's tasks ask nobody for a permission, have a set of their own, and no network", () => {
  const sets: Readonly<Record<string, object>> = config.permissions;
  const ours = Object.entries(config.tasks).filter(([, { command }]) => command.includes("commands/main.ts"));
  assert(ours.length > 0);
  for (const [name, { command }] of ours) {
    assertEquals(command, `deno run -q --no-prompt -P=${name} commands/main.ts ${name}`);
    const wide = Object.entries(sets[name]).filter(([permission, extent]) =>
      ["all", "net"].includes(permission) || permission === "sys" && extent === true
    );
    assertEquals(wide, []);
  }
});

Deno.test("repository: packages have exact versions", needs("read"), () => {
  const targets = [
    ...Object.values(config.imports),
    ...sourceFiles(".ts").flatMap((path) => importsOf(sourceText(path))),
  ];
  const loose = targets.filter((target) =>
    target.startsWith("npm:") && !/^npm:\/?(?:@[^/@]+\/)?[^/@]+@\d+\.\d+\.\d+(?:\/|$)/.test(target)
  );
  assertEquals(loose, []);
});

Deno.test("repository: no file names a place on somebody's machine", needs("read"), () => {
  const places = /(?<![\w.])\/(?:root|work)\/\w/;
  assertEquals(sourceFiles(".ts", ".json", ".md", ".py").filter((path) => places.test(sourceText(path))), []);
});

Deno.test("repository: importing the library needs no permission and prints nothing", needs("run"), async () => {
  for (const entry of Object.values(config.exports)) {
    const process = new Deno.Command(Deno.execPath(), { args: ["run", "-q", "--no-prompt", entry], cwd: root });
    const { code, stdout, stderr } = await process.output();
    assertEquals([entry, code, stdout.length, new TextDecoder().decode(stderr)], [entry, 0, 0, ""]);
  }
});

Deno.test(
  "repository: the package holds neither tests, nor the bench, nor what only they need",
  needs("run", "read"),
  async () => {
    const args = ["publish", "--dry-run", "--allow-dirty", "--allow-slow-types", "--no-check"];
    const { code, stderr, stdout } = await new Deno.Command(Deno.execPath(), {
      args,
      cwd: root,
      env: { NO_COLOR: "1" },
    })
      .output();
    const text = new TextDecoder().decode(stderr) + new TextDecoder().decode(stdout);
    assertEquals(code, 0, text);
    const files = [...text.matchAll(/^ *(file:\/\/\S+)/gm)].map(([, url]) => fileURLToPath(url).slice(root.length));
    for (const name of ["deno.json", "mod.ts", "runtime/mod.ts", "README.md", "LICENSE"]) {
      assert(
        files.includes(name),
        name,
      );
    }
    assertEquals(files.filter((path) => /_test\.|(^|\/)(tests|testing|bench|golden)[./]|\.(py|png)$/.test(path)), []);
  },
);
