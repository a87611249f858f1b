import { assertEquals, assertRejects } from "@std/assert";
import { UserError } from "../../errors.ts";
import { needs } from "../../tests/needs.ts";
import { temporaryFolder } from "../../tests/temporary_folder.ts";
import { openWeights } from "../open_weights.ts";
import { openCheckpoint } from "./checkpoint.ts";

Deno.test("a run folder in place of a checkpoint names its checkpoint", needs("read", "write"), async () => {
  using folder = temporaryFolder();
  const run = folder.file("run"), write = (name: string) => Deno.writeTextFileSync(`${run}/${name}`, "");
  const messages = () =>
    Promise.all(
      [openWeights, openCheckpoint].map(async (open) => (await assertRejects(() => open(run), UserError)).message),
    );
  Deno.mkdirSync(`${run}/last`, { recursive: true });
  write("last/state.safetensors");
  const none = `${run} is a run folder without a checkpoint yet. Go on with the run: deno task train --resume ${run}`;
  assertEquals(await messages(), [none, none]);
  write("best_model.safetensors");
  const best = `${run} is a run folder. Its checkpoint is ${run}/best_model.safetensors`;
  assertEquals(await messages(), [best, best]);
});
