import { assertEquals, assertMatch } from "@std/assert";
import { root } from "./command.ts";
import { needs } from "./needs.ts";
import { sourceText } from "./sources.ts";
import { temporaryFolder } from "./temporary_folder.ts";

const block = (language: string) => {
  const text = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, "m").exec(sourceText("docs/engine.md"))?.[1];
  if (text === undefined) throw new Error(`docs/engine.md has no ${language}`);
  return text;
};

Deno.test("docs/engine.md: the versions are this project's", needs("read"), () => {
  const { imports: own }: { imports: Record<string, string> } = JSON.parse(sourceText("deno.json"));
  const { imports }: { imports: Record<string, string> } = JSON.parse(block("json"));
  for (const [name, target] of Object.entries(imports)) {
    if (target.startsWith("npm:")) assertEquals(target, own[name], name);
  }
});

Deno.test(
  "docs/engine.md: a program with these lines of its own opens the engine",
  needs("read", "write", "run", "ffi", "env"),
  async () => {
    using folder = temporaryFolder();
    Deno.writeTextFileSync(folder.file("deno.json"), block("json").replace("../thorax/", root));
    Deno.writeTextFileSync(folder.file("app.ts"), block("ts ignore"));
    const [deno, run, ...args] = block("sh").trim().split(" ");
    assertEquals([deno, run], ["deno", "run"]);
    const command = new Deno.Command(Deno.execPath(), { args: ["run", "-q", "--check", ...args], cwd: folder.path });
    const { code, stdout, stderr } = await command.output();
    assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
    assertMatch(
      new TextDecoder().decode(stdout),
      /^TensorFlow 2\.\d+\.\d+ on (a GPU|the processor)\n5,5,5,5,5,5,5,5,5\n$/,
    );
  },
);
