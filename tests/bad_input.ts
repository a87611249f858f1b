/** For tests: bad input and the line that answers it. */
import { assertEquals, assertMatch } from "@std/assert";
import config from "../deno.json" with { type: "json" };
import { badFiles } from "./bad_files.ts";
import { run } from "./command.ts";
import { needs } from "./needs.ts";
import { filesBelow } from "./small_run.ts";
import { temporaryFolder } from "./temporary_folder.ts";

/**
 * A task with its arguments, and the line that answers it, after `error: `; `…` stands for any text, and `@` for the folder of
 * {@linkcode badFiles}.
 */
export type BadInput = readonly [line: string, message: string];

const processes = needs("run", "read", "write", "env");

/** Tests that each row ends with the exit status 2 before TensorFlow is looked for, and that nothing is written. */
export function testBadInput(what: string, rows: readonly BadInput[]): void {
  Deno.test(
    `bad ${what}: one line that says it, exit status 2, nothing written, no library opened`,
    processes,
    async (t) => {
      using empty = temporaryFolder();
      await checkRows(t, rows, { THORAX_LIBTENSORFLOW: empty.path });
    },
  );
}

/** The same for rows that only the engine, or the folder that is written to, can find fault with. */
export function testLateBadInput(what: string, rows: readonly BadInput[]): void {
  Deno.test(`bad ${what}: what only the engine can tell`, processes, (t) => checkRows(t, rows));
}

async function checkRows(t: Deno.TestContext, rows: readonly BadInput[], env = {}): Promise<void> {
  using folder = temporaryFolder();
  await badFiles(folder.path);
  const before = filesBelow(folder.path);
  const fill = (text: string) => text.replaceAll("@", folder.path);
  for (const [line, message] of rows) {
    await t.step(line, async () => {
      const [task, ...args] = line.split(" ").map(fill);
      const places = task === "train" ? ["--ckpt-dir", folder.file("c"), "--log-dir", folder.file("l")] : [];
      const { status, stdout, lines } = await run(nameOf(task), [...places, ...args], env);
      const pattern = fill(`error: ${message}`).split("…")
        .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".*");
      assertMatch(lines.join("\n"), new RegExp(`^${pattern}$`));
      assertEquals([status, stdout], [2, ""]);
      assertEquals(filesBelow(folder.path), before);
    });
  }
}

function nameOf(task: string): keyof typeof config.tasks {
  if (!Object.hasOwn(config.tasks, task)) throw new Error(`there is no task ${task}`);
  return task as keyof typeof config.tasks;
}
