/**
 * tfjs-core's own specs on this engine. With a text: those whose names have it, left out or not.
 *
 *     deno task test:tfjs avgPool
 */
import { pathToFileURL } from "node:url";
import jasmineCore from "jasmine-core";
import { bundleSpecs, type Specs } from "./bundle.ts";
import { leftOut } from "./left_out.ts";

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

const [text] = Deno.args;
const jasmine: Jasmine = jasmineCore.boot();
const { setTestEnvs, describeSpecs }: Specs = await import(pathToFileURL(await bundleSpecs()).href);
setTestEnvs([{ name: "thorax", backendName: "tensorflow", flags: {}, isDataSync: true }]);
await describeSpecs();
// after the specs, which register tfjs's gradients once more: ours replace them
const { useEngine } = await import("../engine.ts");
await useEngine();

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
for (const entry of unused) fail(entry, ["left_out.ts names it, and there is no such spec"]);
if (counts.passed + counts.failed === 0) fail(text ?? "all", ["no spec ran"]);

console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
Deno.exit(counts.failed > 0 ? 1 : 0);
