/**
 * tfjs-core's own specs on this engine, or, with `--layers FOLDER`, tfjs-layers' of a checkout of tfjs: in a process of their own, as
 * both fill the registries of one tfjs. The last line counts them for `main.ts`, which has the other options.
 */
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import jasmineCore from "npm:jasmine-core@5.13.0";
import { bundleSpecs, type Specs } from "./bundle.ts";
import { showCounts } from "./counts.ts";
import { leftOut as coreLeftOut } from "./left_out.ts";
import { leftOut as layersLeftOut } from "./left_out_layers.ts";

/** The part of jasmine that this file uses. */
interface Jasmine {
  getEnv(): {
    configure(options: { random: boolean; specFilter: (spec: { getFullName(): string }) => boolean }): void;
    addReporter(reporter: { specDone(result: Result): void; suiteDone(result: Result): void }): void;
    execute(): Promise<Result>;
  };
}

/** How a spec ended, or a suite's preparations, or the whole. */
interface Result {
  readonly status?: "passed" | "failed" | "pending" | "excluded";
  readonly fullName?: string;
  readonly failedExpectations: readonly { readonly message: string; readonly stack?: string }[];
}

/** A spec's name as `left_out.ts` has it, without the backend. */
const nameOf = (fullName: string) => fullName.replaceAll(/ +thorax \{\}/g, "");

const { values: { layers, control }, positionals: [text] } = parseArgs({
  args: Deno.args,
  options: { layers: { type: "string" }, control: { type: "boolean" } },
  allowPositionals: true,
});
const leftOut = layers === undefined ? coreLeftOut : layersLeftOut;
const jasmine: Jasmine = jasmineCore.boot();
const { setTestEnvs, describeSpecs }: Specs = await import(pathToFileURL(await bundleSpecs(layers)).href);
setTestEnvs([{ name: "thorax", backendName: control ? "cpu" : "tensorflow", flags: {}, isDataSync: true }]);
if (control || layers !== undefined) await import("../cpu.ts"); // specs of tfjs-layers make tensors while they are described
await describeSpecs();
// after the specs, which register tfjs's gradients once more: ours replace them
if (!control) await (await import("../engine.ts")).useEngine();

const counts = { passed: 0, failed: 0, skipped: 0 };
const unused = new Set(Object.keys(leftOut));

function isWanted(name: string): boolean {
  const entry = Object.keys(leftOut).find((start) => name.startsWith(start));
  if (entry !== undefined) unused.delete(entry);
  return text === undefined ? entry === undefined : name.includes(text);
}

function fail(name: string, messages: readonly string[]): void {
  counts.failed++;
  console.log([`FAILED ${name}`, ...messages].join("\n").replaceAll("\n", "\n    "));
}

function report({ fullName = "", failedExpectations }: Result): void {
  fail(nameOf(fullName), failedExpectations.map(({ message, stack = "" }) => `${message}\n${stack}`));
}

const environment = jasmine.getEnv();
environment.configure({ random: false, specFilter: (spec) => isWanted(nameOf(spec.getFullName())) });
environment.addReporter({
  specDone(result) {
    if (result.status === "failed") report(result);
    else counts[result.status === "passed" ? "passed" : "skipped"]++;
  },
  suiteDone(result) {
    if (result.failedExpectations.length > 0) report(result);
  },
});
const whole = await environment.execute();
if (whole.failedExpectations.length > 0) report(whole);
for (const entry of unused) {
  fail(entry, [`left_out${layers === undefined ? "" : "_layers"}.ts names it, and there is no such spec`]);
}
if (text === undefined && counts.passed + counts.failed === 0) fail("all", ["no spec ran"]);

console.log(`${layers === undefined ? "tfjs-core" : "tfjs-layers"}: ${showCounts(counts)}`);
Deno.exit(counts.failed > 0 ? 1 : 0);
