import { assertEquals, assertRejects } from "@std/assert";
import { UserError } from "../errors.ts";
import { integer, modelOption, path } from "./options/option.ts";
import { trainOptions } from "./options/train_options.ts";
import { defineCommand } from "./cli.ts";

Deno.test("commandInstead: what was typed, with another option in place of one", async () => {
  const shown: string[] = [];
  const command = defineCommand({
    name: "see",
    summary: "",
    description: "",
    examples: [],
    options: { ckptPath: path("FILE", "a file"), model: modelOption("NAME", "a model") },
    run: (_, { commandInstead }) => Promise.resolve(void shown.push(commandInstead("--ckpt-path", "--weights"))),
  });
  await command.run(["--", "--model", "a b", "--ckpt_path", "x.pt"]);
  await command.run(["--ckpt-path=x.pt", "--model", "m"]);
  assertEquals(shown, ["deno task see --model 'a b' --weights x.pt", "deno task see --weights=x.pt --model m"]);
});

Deno.test("options: a number that no float64 holds is told as it was typed", async () => {
  const command = defineCommand({
    name: "see",
    summary: "",
    description: "",
    examples: [],
    options: { seed: integer(0, "a seed", 42), lr: trainOptions.lr },
    run: () => Promise.resolve(),
  });
  for (
    const [argument, message] of [
      [
        "--seed=99999999999999999999",
        "--seed must be an integer of at least 0, at most 9007199254740991 (2^53 − 1), and is 99999999999999999999",
      ],
      ["--lr=1e999", '--lr must be a number above 0, and is "1e999"'],
      ["--seed=-1", "--seed must be an integer of at least 0, and is -1"],
      ["--seed=1.5", "--seed must be an integer of at least 0, and is 1.5"],
    ]
  ) assertEquals((await assertRejects(() => command.run([argument]), UserError)).message, message);
});
