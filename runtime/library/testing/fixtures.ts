import { libraryNames } from "../folder.ts";

/** Sets environment variables until it is disposed; undefined removes a variable. */
export function environment(variables: Record<string, string | undefined>): Disposable {
  const set = (values: Record<string, string | undefined>) => {
    for (const [name, value] of Object.entries(values)) {
      value === undefined ? Deno.env.delete(name) : Deno.env.set(name, value);
    }
  };
  const before = Object.fromEntries(Object.keys(variables).map((name) => [name, Deno.env.get(name)]));
  set(variables);
  return { [Symbol.dispose]: () => set(before) };
}

/** Writes an executable shell script. */
export async function writeScript(path: string, script: string): Promise<void> {
  await Deno.writeTextFile(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

/** Writes empty files where an installed TensorFlow has its libraries. */
export async function writeLibraries(folder: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  for (const name of libraryNames(Deno.build.os)) await Deno.writeTextFile(`${folder}/${name}`, "");
}
