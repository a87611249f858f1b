import { resolve } from "node:path";

/**
 * Finds the commit that a folder is a checkout of, in git's own files. Undefined where the folder is no checkout, or git does not
 * keep its branches as files. Changes since the commit are not looked for.
 */
export async function checkedOutCommit(folder: string): Promise<string | undefined> {
  // the `.git` of a worktree is a file, which names the folder of what is its own; that one names the folder of what it shares
  const [, elsewhere] = /^gitdir: (.+)$/.exec(await read(folder, ".git")) ?? [];
  const own = resolve(folder, elsewhere ?? ".git"), shared = resolve(own, await read(own, "commondir"));
  const head = await read(own, "HEAD"), [, branch] = /^ref: (\S+)$/.exec(head) ?? [];
  if (branch === undefined) return commitIn(head);
  const packed = (await read(shared, "packed-refs")).split("\n").find((line) => line.endsWith(` ${branch}`));
  return commitIn(await read(shared, branch)) ?? commitIn(packed?.split(" ")[0] ?? "");
}

const commitIn = (text: string) => /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text) ? text : undefined;

/** Reads a file's text without the line end; empty where it cannot be read. */
async function read(folder: string, name: string): Promise<string> {
  return (await Deno.readTextFile(resolve(folder, name)).catch(() => "")).trimEnd();
}
