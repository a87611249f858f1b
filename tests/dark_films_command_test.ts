import { encode } from "fast-png";
import { assertEquals } from "@std/assert";
import { badFiles } from "./bad_files.ts";
import { run } from "./command.ts";
import { needs } from "./needs.ts";
import { temporaryFolder } from "./temporary_folder.ts";

Deno.test(
  "predict: that films of 16 bits hold fewer is told once, and they are predicted as they are",
  needs("ffi", "env", "read", "run", "write"),
  async () => {
    using folder = temporaryFolder();
    await badFiles(folder.path);
    const data = Uint16Array.from({ length: 64 }, (_, i) => i * 65);
    const films = ["a.png", "b.png"].map((name) => folder.file(name));
    for (const film of films) {
      Deno.writeFileSync(film, encode({ width: 8, height: 8, channels: 1, depth: 16, data }));
    }
    const checkpoint = ["--ckpt-path", folder.file("linear.safetensors")];
    const { status, lines, stdout } = await run("predict", [...checkpoint, "--json", ...films]);
    assertEquals([status, JSON.parse(stdout).inputs], [0, films]);
    assertEquals(lines.map((line) => line.replace(/ hold no .*/, "")), [
      "warning: 2 of the 2 films of 16 bits that Thorax looked at",
      "warning: The model was trained on synthetic films: what it says of other films means nothing.",
    ]);
  },
);
