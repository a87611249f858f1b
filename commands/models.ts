import { compile } from "../dsl/compile/compile.ts";
import { summary } from "../dsl/compile/summary.ts";
import { alignColumns } from "../text_table.ts";
import { buildModel, registry } from "../models/registry.ts";
import { defineCommand } from "./cli.ts";

export const models = defineCommand({
  name: "models",
  summary: "list the models of the registry, with parameters and multiply-adds",
  description:
    "Lists the models that --model takes by name, with the paper that each is from, its trainable parameters " +
    "and its multiply-adds for one film of 224×224 with one channel and 15 labels.",
  examples: ["deno task models"],
  options: {},
  run() {
    const rows = Object.keys(registry).map((name) => {
      const layers = summary(compile(buildModel(name, { numClasses: 15 }), { input: [224, 224, 1] }));
      const total = (count: (layer: (typeof layers)[number]) => number) =>
        layers.reduce((sum, layer) => sum + count(layer), 0).toLocaleString("en-US");
      return [name, total(({ parameters }) => parameters), total(({ multiplyAdds }) => multiplyAdds)];
    });
    const papers = Object.values(registry).map(({ paper: { authors, title, year } }) =>
      `${authors}: ${title} (${year})`
    );
    const lines = alignColumns([["model", "parameters", "multiply-adds"], ...rows]);
    console.log(lines.map((line, i) => `${line}  ${["paper", ...papers][i]}`).join("\n"));
    return Promise.resolve();
  },
});
