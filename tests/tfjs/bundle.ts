/** tfjs-core's spec files as one module: they import one another without file endings, which Deno does not resolve. */
import { createRequire, isBuiltin } from "node:module";
import { isAbsolute } from "node:path";
import { build, type Plugin, stop } from "esbuild";
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

const entry = `
import "@tensorflow/tfjs-core/dist/index.js";
export { setTestEnvs } from "@tensorflow/tfjs-core/dist/jasmine_util.js";
export const describeSpecs = () => import("@tensorflow/tfjs-core/dist/tests.js");
`;

/** The bundle's path, in the cache folder. */
export async function bundleSpecs(): Promise<string> {
  const outfile = `${cacheFolder(Deno.build.os, Deno.env.get)}/tfjs/specs.mjs`;
  await build({
    stdin: { contents: entry, resolveDir: import.meta.dirname },
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

/** Packages from where Deno keeps them. */
const packages: Plugin = {
  name: "packages",
  setup({ onResolve, onLoad }) {
    // the specs set the time limit of the jasmine that runs them
    onResolve({ filter: /^jasmine-core/ }, () => ({ path: "jasmine", namespace: "global" }));
    onLoad({ filter: /./, namespace: "global" }, () => ({ contents: "module.exports = { core: () => jasmine };" }));
    onResolve({ filter: /^[^./]/ }, ({ path, importer }) => {
      if (isBuiltin(path) || path === "encoding") return { path, external: true }; // optional in node-fetch
      return { path: createRequire(isAbsolute(importer) ? importer : import.meta.url).resolve(path) };
    });
  },
};
