import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { commands } from "../commands/list.ts";
import { registry } from "../models/registry.ts";
import { flagOf } from "../commands/options/option.ts";
import { trainOptions } from "../commands/options/train_options.ts";
import { run, succeed } from "./command.ts";
import { needs } from "./needs.ts";
import { sourceText } from "./sources.ts";

const processes = needs("run", "read", "env");
const names = commands.map(({ name }) => name as Parameters<typeof run>[0]);

Deno.test("summary --json: the keys of the contract, and torchvision's count", processes, async () => {
  const args = ["--model", "resnet18", "--in-channels", "3", "--num-classes", "1000", "--json"];
  const summary = JSON.parse(await succeed("summary", args));
  assertEquals(Object.keys(summary), ["model", "input", "output", "parameters", "multiply_adds", "layers"]);
  const { model, input, output, parameters, multiply_adds, layers } = summary;
  // torchvision: 11,689,512 parameters; fvcore counts 1.814 G of conv and linear
  assertEquals([model, input, output, parameters], ["resnet18", [224, 224, 3], [1000], 11_689_512]);
  assertEquals(multiply_adds, 1_814_073_344);
  assertEquals(Object.keys(layers[0]), ["path", "type", "output", "parameters"]);
  const sum = layers.reduce((total: number, layer: { parameters: number }) => total + layer.parameters, 0);
  assertEquals([sum, layers.at(-1).type, layers.at(-1).output], [parameters, "dense", [1000]]);
});

Deno.test("summary: a table that ends with the totals; of a file too", processes, async () => {
  const table = await succeed("summary", ["--model", "resnet18", "--img-size", "64"]);
  assertMatch(table.trimEnd().split("\n").at(-1) ?? "", /^total +\[15\] +11,177,935 +141,630,976$/);
  assertStringIncludes(await succeed("summary", ["--model", "docs/examples/my_model.ts"]), "blurPool");
});

Deno.test("summary --svg: the picture in the documentation", processes, async () => {
  assertEquals(await succeed("summary", ["--model", "resnet18", "--svg"]), sourceText("docs/pictures/resnet18.svg"));
});

Deno.test("models: each of the registry, with its numbers", processes, async () => {
  const lines = (await succeed("models", [])).trimEnd().split("\n").map((row) => row.trim().split(/\s{2,}/));
  const [header, ...rows] = lines;
  assertEquals(header, ["model", "parameters", "multiply-adds", "paper"]);
  assertEquals(rows.map(([name]) => name), Object.keys(registry));
  assertEquals(rows.find(([name]) => name === "vgg16"), [
    "vgg16",
    "134,320,847",
    "15,408,427,008",
    "Simonyan, Zisserman: Very deep convolutional networks for large-scale image recognition (2015)",
  ]);
});

Deno.test("setup: says which library it is", needs("ffi", "env", "read", "run", "write"), async () => {
  assertMatch(
    await succeed("setup", []),
    /^TensorFlow 2\.\d+\.\d+ \((environment|python|cache|installed)\) in \/.+\n$/,
  );
});

for (const name of names) {
  Deno.test(`${name} --help: a page with examples, and nothing else happens`, processes, async () => {
    const { status, stdout, lines } = await run(name, ["--help"]);
    assertEquals([status, lines], [0, []]);
    assertMatch(stdout, new RegExp(`^Usage: deno task ${name} \\[options\\]`));
    assertMatch(stdout, new RegExp(`\nExamples:\n(  .*deno task ${name}.*\n)+\n$`));
    const wide = stdout.split("\n").filter((line) => [...line].length > 100);
    assertEquals(wide, []);
  });
}

Deno.test("train --help: every option of the table, with its default", processes, async () => {
  const page = (await succeed("train", ["--help"])).replace(/\s+/g, " ");
  for (const [name, option] of Object.entries(trainOptions)) assertStringIncludes(page, ` ${flagOf(name, option)} `);
  for (const text of ["(default 5e-5)", "(default 224)", "(default balanced)", "(default checkpoints)"]) {
    assertStringIncludes(page, text);
  }
});

Deno.test("the program without a command lists the commands", processes, async () => {
  const main = new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "--no-prompt", "-P=models", "commands/main.ts"],
  });
  const { code, stdout } = await main.output();
  const lines = new TextDecoder().decode(stdout).split("\n");
  assertEquals(code, 0);
  for (const name of names) assert(lines.some((line) => line.startsWith(`  ${name} `)), `${name} is not listed`);
});
