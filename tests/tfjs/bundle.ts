/** tfjs's spec files as one module: they import one another without file endings, which Deno does not resolve. */
import { statSync } from "node:fs";
import { glob, readFile } from "node:fs/promises";
import { createRequire, isBuiltin } from "node:module";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { build, type Plugin, stop } from "npm:esbuild@0.28.2";
import { cacheFolder } from "../../runtime/library/cache.ts";

/** What the bundle exports. */
export interface Specs {
  /** Names the backends to test; before the specs are described. */
  setTestEnvs(environments: readonly TestEnvironment[]): void;
  /** Describes every spec to the jasmine whose functions are global. */
  describeSpecs(): Promise<unknown>;
}

/** A backend under test, as tfjs-core's `jasmine_util` has it. */
export interface TestEnvironment {
  readonly name: string;
  readonly backendName: string;
  readonly flags: Readonly<Record<string, unknown>>;
  readonly isDataSync: boolean;
}

/** tfjs-core's specs, which its package on npm holds. */
const coreSpecs = `
import "@tensorflow/tfjs-core/dist/index.js";
export { setTestEnvs } from "@tensorflow/tfjs-core/dist/jasmine_util.js";
export const describeSpecs = () => import("@tensorflow/tfjs-core/dist/tests.js");
`;

/** tfjs-layers' specs, which no package holds: those of a checkout of tfjs. What they test is the package's. */
async function layersSpecs(checkout: string): Promise<string> {
  const folder = `${resolve(checkout)}/tfjs-layers/src`;
  const files: string[] = [];
  for await (const file of glob(`${folder}/**/*_test.ts`)) files.push(file);
  if (files.length === 0) throw new Error(`there are no specs in ${folder}`);
  return `
import "@tensorflow/tfjs-core/dist/index.js";
import "@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops.js";
import "@tensorflow/tfjs-core/dist/register_all_gradients.js";
export { setTestEnvs } from "@tensorflow/tfjs-core/dist/jasmine_util.js";
export const describeSpecs = async () => {
${files.toSorted().map((file) => `  await import(${JSON.stringify(file)});`).join("\n")}
};
`;
}

/** The bundle's path, in the cache folder: tfjs-core's specs, or tfjs-layers' of a checkout. */
export async function bundleSpecs(checkout?: string): Promise<string> {
  const name = checkout === undefined ? "specs" : "layers_specs";
  const outfile = `${cacheFolder(Deno.build.os, Deno.env.get)}/tfjs/${name}.mjs`;
  const contents = checkout === undefined ? coreSpecs : await layersSpecs(checkout);
  await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    mainFields: ["module", "main"],
    ignoreAnnotations: true, // "sideEffects" in tfjs-core's package.json leaves the specs out
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    logLevel: "error",
    plugins: [packages],
  });
  await stop();
  return outfile;
}

/** The folder of a package that tfjs brings. */
function packageOf(name: string): string {
  const tfjs = createRequire(import.meta.url).resolve("@tensorflow/tfjs");
  return dirname(createRequire(tfjs).resolve(`${name}/package.json`));
}

const layersPackage = packageOf("@tensorflow/tfjs-layers");

const isFile = (path: string) => statSync(path, { throwIfNoEntry: false })?.isFile() === true;

/** What a checkout's spec imports beside it, from the package where that has it. */
function published(path: string, importer: string): string | undefined {
  const file = relative(
    `${importer.slice(0, importer.indexOf("/tfjs-layers/src/"))}/tfjs-layers/src`,
    join(dirname(importer), path),
  );
  return [`${layersPackage}/dist/${file}`, `${layersPackage}/dist/${file}.js`].find(isFile);
}

/** Packages from where Deno keeps them. */
const packages: Plugin = {
  name: "packages",
  setup({ onResolve, onLoad }) {
    // the specs set the time limit of the jasmine that runs them
    onResolve({ filter: /^jasmine-core/ }, () => ({ path: "jasmine", namespace: "global" }));
    onLoad({ filter: /./, namespace: "global" }, () => ({ contents: "module.exports = { core: () => jasmine };" }));
    onResolve({ filter: /^@tensorflow\/tfjs-core$/ }, ({ path }) => {
      const main = createRequire(import.meta.url).resolve(path);
      return { path: `${dirname(main)}/index.js` }; // the modules that its specs import too: one copy
    });
    // each spec that asks for one of tfjs's own backends by name
    onLoad({ filter: /tfjs-layers\/[^/]+\/dist\/utils\/test_utils\.js$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      return { contents: source.replaceAll(/predicate: testEnv =>[^}]*/g, "predicate: () => true\n    ") };
    });
    onResolve({ filter: /^\./ }, ({ path, importer }) => {
      return importer.includes("/tfjs-layers/src/") ? { path: published(path, importer) } : undefined;
    });
    onResolve({ filter: /^[^./]/ }, ({ path, importer }) => {
      if (isBuiltin(path) || path === "encoding") return { path, external: true }; // optional in node-fetch
      return { path: createRequire(isAbsolute(importer) ? importer : import.meta.url).resolve(path) };
    });
  },
};
