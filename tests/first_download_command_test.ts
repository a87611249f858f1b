import { assert, assertEquals } from "@std/assert";
import { root } from "./command.ts";
import { needs } from "./needs.ts";
import { importsOf, sourceFiles, sourceText } from "./sources.ts";
import { temporaryFolder } from "./temporary_folder.ts";

/** Folders whose packages are in a `deno.json` and a lock file of their own. */
const apart = ["bench", "tests/interop", "tests/tfjs"];

/** The packages in a lock file, `name@version`, without the peer dependencies that it appends to the version. */
const lockedBy = (path: string): string[] =>
  Object.keys(JSON.parse(sourceText(path)).npm).map((key) => key.replace(/(?<=.@[^_@]+)_.*$/, ""));

/** The name in `npm:NAME@VERSION/PATH` or `NAME@VERSION`. */
const nameOf = (specifier: string): string => specifier.replace(/^npm:/, "").replace(/(?<=.)@.*$/, "");

/** The packages that modules in those folders import by an `npm:` specifier, and not through the import map. */
const imported = (): string[] =>
  sourceFiles(".ts").filter((path) => apart.some((folder) => path.startsWith(`${folder}/`)))
    .flatMap((path) => importsOf(sourceText(path)))
    .filter((specifier) => specifier.startsWith("npm:")).map(nameOf);

/** Runs Deno with an empty cache. */
async function runDeno(cache: string, ...args: string[]): Promise<{ success: boolean; errors: string }> {
  const command = new Deno.Command(Deno.execPath(), { args, cwd: root, env: { DENO_DIR: cache, NO_COLOR: "1" } });
  const { success, stderr } = await command.output();
  return { success, errors: new TextDecoder().decode(stderr) };
}

/** The packages in a cache: `npm/REGISTRY/NAME` or `npm/REGISTRY/@SCOPE/NAME`. */
function downloaded(cache: string): string[] {
  const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name);
  return names(`${cache}/npm`).flatMap((registry) =>
    names(`${cache}/npm/${registry}`).flatMap((name) =>
      name.startsWith("@") ? names(`${cache}/npm/${registry}/${name}`).map((own) => `${name}/${own}`) : [name]
    )
  );
}

Deno.test("packages: a version is the same in every lock file", needs("read"), () => {
  const own = new Set(lockedBy("deno.lock")), names = new Set([...own].map(nameOf));
  const other = apart.flatMap((folder) =>
    lockedBy(`${folder}/deno.lock`).filter((key) => names.has(nameOf(key)) && !own.has(key))
      .map((key) => `${folder}: ${key}`)
  );
  assertEquals(other, []);
});

Deno.test(
  "packages: the first command downloads none that only the bench and the tests of peers need",
  needs("read", "write", "run"),
  async (t) => {
    const needless = new Set(imported());
    for (const name of ["@jax-js/jax", "esbuild", "jasmine-core"]) assert(needless.has(name), name);
    assertEquals(lockedBy("deno.lock").map(nameOf).filter((name) => needless.has(name)), []);
    const own = new Set(lockedBy("deno.lock").map(nameOf));
    using folder = temporaryFolder();
    const reachable = await runDeno(folder.file("probe"), "cache", "--no-config", "npm:wrappy@1.0.2");
    await t.step({
      name: reachable.success ? "models" : "models, ignored: no npm registry can be reached",
      ignore: !reachable.success,
      fn: async () => {
        const { success, errors } = await runDeno(folder.file("cache"), "task", "models");
        assert(success, errors);
        const found = downloaded(folder.file("cache"));
        assert(found.includes("@tensorflow/tfjs-node-gpu"));
        assertEquals(found.filter((name) => !own.has(name) || needless.has(name)), []);
      },
    });
  },
);
