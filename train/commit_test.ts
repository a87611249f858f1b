import { assertEquals } from "@std/assert";
import { needs } from "../tests/needs.ts";
import { temporaryFolder } from "../tests/temporary_folder.ts";
import { checkedOutCommit } from "./commit.ts";

const one = "0123456789abcdef0123456789abcdef01234567", two = one.replaceAll("0", "f");

/** A folder with these files: their paths and texts. */
function checkout(files: Readonly<Record<string, string>>) {
  const folder = temporaryFolder();
  for (const [path, text] of Object.entries(files)) {
    const file = folder.file(path);
    Deno.mkdirSync(file.slice(0, file.lastIndexOf("/")), { recursive: true });
    Deno.writeTextFileSync(file, text.replaceAll("@", folder.path));
  }
  return folder;
}

const packed = `# pack-refs with: peeled fully-peeled sorted\n${two} refs/heads/other\n${one} refs/heads/main\n`;
const cases: readonly (readonly [string, Readonly<Record<string, string>>, string | undefined])[] = [
  ["a branch of its own file", { ".git/HEAD": "ref: refs/heads/main\n", ".git/refs/heads/main": `${one}\n` }, one],
  ["a packed branch", { ".git/HEAD": "ref: refs/heads/main\n", ".git/packed-refs": packed }, one],
  [
    "its own file before the packed one",
    { ".git/HEAD": "ref: refs/heads/main\n", ".git/refs/heads/main": `${two}\n`, ".git/packed-refs": packed },
    two,
  ],
  ["no branch", { ".git/HEAD": `${two}\n` }, two],
  ["a branch without a commit", { ".git/HEAD": "ref: refs/heads/new\n", ".git/packed-refs": packed }, undefined],
  ["branches that are no files", { ".git/HEAD": "ref: refs/heads/.invalid\n" }, undefined],
  ["no checkout", { "README.md": "" }, undefined],
  [
    "a worktree",
    {
      ".git": "gitdir: @/main/.git/worktrees/a b\n",
      "main/.git/worktrees/a b/HEAD": "ref: refs/heads/topic\n",
      "main/.git/worktrees/a b/commondir": "../..\n",
      "main/.git/refs/heads/topic": `${one}\n`,
    },
    one,
  ],
];

for (const [name, files, commit] of cases) {
  Deno.test(`checkedOutCommit: ${name}`, needs("read", "write"), async () => {
    using folder = checkout(files);
    assertEquals(await checkedOutCommit(folder.path), commit);
  });
}
