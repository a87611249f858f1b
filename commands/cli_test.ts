import { assertEquals } from "@std/assert";
import { modelOption, path } from "../train/options.ts";
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
