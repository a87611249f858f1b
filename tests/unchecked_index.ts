/**
 * Checks the rooms that read files and options with TypeScript's `noUncheckedIndexedAccess`, under which an element that
 * may be missing has to be dealt with. Numeric kernels, tests and the other rooms are not held to it, and `deno check`
 * reports what a room imports too, so errors are chosen by path.
 *
 *     deno run -P=test tests/unchecked_index.ts
 */
import { fileURLToPath } from "node:url";
import config from "../deno.json" with { type: "json" };

const rooms = ["commands", "evaluate", "formats", "data/readers", "weights"];
const root = new URL("../", import.meta.url);

/**
 * Type-checks the rooms with the strict option; returns the compiler's messages.
 *
 * @throws {Error} if Deno fails without any, as where a package is missing
 */
async function check(): Promise<string[]> {
  const folder = await Deno.makeTempDir({ prefix: "thorax-check-" });
  try {
    const imports = Object.entries(config.imports).map(([name, target]) =>
      [name, target.startsWith(".") ? new URL(target, root).href : target] as const
    );
    const strict = {
      imports: Object.fromEntries(imports),
      compilerOptions: { ...config.compilerOptions, noUncheckedIndexedAccess: true },
      unstable: config.unstable,
    };
    await Deno.writeTextFile(`${folder}/deno.json`, JSON.stringify(strict));
    await Deno.copyFile(new URL("deno.lock", root), `${folder}/deno.lock`);
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["check", "--quiet", "--config", `${folder}/deno.json`, ...rooms],
      cwd: fileURLToPath(root),
      env: { NO_COLOR: "1" },
    }).output();
    const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
    const messages = text.split("\n\n").filter((message) => /^TS\d+ \[ERROR\]/m.test(message));
    if (!success && messages.length === 0) throw new Error(text);
    return messages;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The path from the root of the file that a message of the compiler is about; undefined if it names none. */
function pathOf(message: string): string | undefined {
  const [, url] = /^ +at (file:\S+?):\d+:\d+$/m.exec(message) ?? [];
  return url?.startsWith(root.href) ? decodeURIComponent(url.slice(root.href.length)) : undefined;
}

const isTest = (path: string) => /_test\.ts$|(^|\/)testing(\/|\.ts$)/.test(path);

const faults = (await check()).filter((message) => {
  const path = pathOf(message);
  return path === undefined || !isTest(path) && rooms.some((room) => path.startsWith(`${room}/`));
});
if (faults.length > 0) {
  console.error(`${faults.join("\n\n")}\n\n${faults.length} errors with noUncheckedIndexedAccess`);
  Deno.exit(1);
}
