/** The examples of the pages on evaluation, prediction and export, run as a program of a user's. */
import { join } from "node:path";
import { assertEquals, assertMatch } from "@std/assert";
import { nihLabels } from "../data/labels.ts";
import { compile } from "../dsl/compile/compile.ts";
import { exportFormatNames } from "../export/formats.ts";
import { buildModel } from "../models/registry.ts";
import { root } from "./command.ts";
import { useEngine } from "./engine.ts";
import { writeExportable } from "./exportable.ts";
import { folderFilms, writeFolder } from "./film_folder.ts";
import { needs } from "./needs.ts";
import { sourceText } from "./sources.ts";
import { temporaryFolder } from "./temporary_folder.ts";

/** The example of a page that calls `name`. */
function exampleOf(page: string, name: string): string {
  const examples = [...sourceText(page).matchAll(/^```ts ignore\n([\s\S]*?)^```$/gm)].map(([, code]) => code);
  const found = examples.find((code) => code.includes(`${name}(`));
  if (found === undefined) throw new Error(`${page} has no example of ${name}`);
  return found;
}

const pages = [
  {
    page: "docs/evaluation.md",
    calls: "evaluateModel",
    prints: /^Test Accuracy: [\s\S]*\n8 0\.\d+ [\d.]+ 0\.\d+ 0 \d\n$/,
  },
  {
    page: "docs/predict.md",
    calls: "predictImages",
    prints: /^(films\/images\/p\d_0\.png (ab)?normal: p\(No Finding\) .* \[[\s\S]*?\]\n){8}$/,
  },
  { page: "docs/weights.md", calls: "exportCheckpoint", prints: /^\d{7} bytes\n$/ },
];

Deno.test("pages: the examples of a library's calls run", needs("read", "write", "run", "ffi", "env"), async () => {
  await useEngine();
  using folder = temporaryFolder();
  writeFolder(folder.file("films"), folderFilms({ patients: 8 }));
  const model = compile(buildModel("mobilenet_v3_small", { numClasses: nihLabels.length }), { input: [32, 32, 1] });
  await writeExportable(folder.file("best_model.safetensors"), "mobilenet_v3_small", model, nihLabels);
  const calls = pages.map(({ page, calls }, i) => {
    const code = exampleOf(page, calls).replace("openEngine()", `openEngine({ device: "cpu" })`);
    Deno.writeTextFileSync(folder.file(`${i}.ts`), `${code.replace(', "more/*.png"', "")}console.log("--");\n`);
    return `await import("./${i}.ts");\n`; // one after the other
  });
  Deno.writeTextFileSync(folder.file("app.ts"), calls.join(""));
  const args = ["run", "-q", "--check", "--config", join(root, "deno.json"), "-A", "app.ts"];
  const process = new Deno.Command(Deno.execPath(), { args, cwd: folder.path, env: { NO_COLOR: "1" } });
  const { code: status, stdout, stderr } = await process.output();
  assertEquals([status, new TextDecoder().decode(stderr)], [0, ""]);
  const outputs = new TextDecoder().decode(stdout).split("--\n");
  for (const [i, { prints }] of pages.entries()) assertMatch(outputs[i], prints);
});

Deno.test("docs/weights.md: every format of export is named", needs("read"), () => {
  const page = sourceText("docs/weights.md");
  const isNamed = (format: string) => page.includes(`--format ${format}`) || page.includes(`\`${format}\``);
  assertEquals(exportFormatNames.filter((format) => !isNamed(format)), []);
});
