/** For tests: runs the tasks of deno.json as processes of their own. */
import { fileURLToPath } from "node:url";
import config from "../deno.json" with { type: "json" };

/** How a process ended, and what it printed. */
export interface ProcessResult {
  readonly status: number;
  readonly stdout: string;
  /** Standard error's lines. */
  readonly lines: readonly string[];
}

/** The repository's root, where tasks run, and where the tests call them from. */
export const root = fileURLToPath(new URL("..", import.meta.url));

/** A task's own command line with arguments after it. */
export function command(
  task: keyof typeof config.tasks,
  args: readonly string[],
  env: Record<string, string> = {},
): Deno.Command {
  const [program, ...own] = config.tasks[task].command.split(" ");
  if (program !== "deno") throw new Error(`${task} is no deno command`);
  return new Deno.Command(Deno.execPath(), {
    args: [...own, ...args],
    cwd: root,
    env: { INIT_CWD: root, ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

/** Runs a task to its end. */
export async function run(...[task, args, env]: Parameters<typeof command>): Promise<ProcessResult> {
  const { code, stdout, stderr } = await command(task, args, env).output();
  const decoder = new TextDecoder();
  return { status: code, stdout: decoder.decode(stdout), lines: linesOf(decoder.decode(stderr)) };
}

/** Runs a task that must succeed; its standard output. */
export async function succeed(...call: Parameters<typeof command>): Promise<string> {
  const { status, stdout, lines } = await run(...call);
  if (status !== 0) throw new Error(`${call[0]} ${call[1].join(" ")} ended with ${status}: ${lines.join("\n")}`);
  return stdout;
}

/** Without the last, empty one. */
export function linesOf(text: string): string[] {
  return text.split("\n").slice(0, text === "" || text.endsWith("\n") ? -1 : undefined);
}
