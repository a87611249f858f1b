import { formatSummary, summary as rowsOf } from "../dsl/compile/summary.ts";
import { drawModel } from "../dsl/picture/draw_model.ts";
import { UserError } from "../errors.ts";
import { modelName } from "../trained/model_name.ts";
import { flag, integer } from "./options/option.ts";
import { trainOptions } from "./options/train_options.ts";
import { defineCommand } from "./cli.ts";
import { checkClasses, compileSource, resolveModel } from "../trained/model_source.ts";

export const summary = defineCommand({
  name: "summary",
  summary: "list the layers of a model, with shapes, parameters and multiply-adds",
  description:
    "Prints the layers of a model with their output shapes, trainable parameters and multiply-adds for one image.",
  examples: [
    "deno task summary --model resnet18",
    "deno task summary --model my_model.ts --img-size 512 --json",
    "deno task summary --model resnet18 --svg > resnet18.svg",
  ],
  options: {
    model: trainOptions.model,
    inChannels: integer(1, "channels of an image", 1),
    numClasses: integer(1, "outputs", 15),
    imgSize: trainOptions.imgSize,
    json: flag("print one JSON document in place of the table"),
    svg: flag("print a picture, an SVG document, in place of the table"),
  },
  async run({ model: name, inChannels, numClasses, imgSize, json, svg }, { given }) {
    if (name === undefined) throw new UserError("summary needs --model NAME|FILE.ts");
    if (json && svg) {
      throw new UserError("--json and --svg exclude each other", { remedy: "Leave one of them out" });
    }
    const source = await resolveModel(name, { inChannels, numClasses });
    const model = compileSource(source, name, [imgSize, imgSize, inChannels]);
    checkClasses(name, model, given);
    if (svg) return console.log(drawModel(model, { title: modelName(name) }));
    if (!json) return console.log(formatSummary(model));
    const rows = rowsOf(model);
    const total = (count: (row: (typeof rows)[number]) => number) => rows.reduce((sum, row) => sum + count(row), 0);
    console.log(JSON.stringify(
      {
        model: modelName(name),
        input: model.input,
        output: model.output,
        parameters: total(({ parameters }) => parameters),
        multiply_adds: total(({ multiplyAdds }) => multiplyAdds),
        layers: rows.map(({ path, type, output, parameters }) => ({ path, type, output, parameters })),
      },
      null,
      2,
    ));
  },
});
