/** Returns the file names of TensorFlow's two libraries on an operating system (`Deno.build.os`). Both are in one folder. */
export function libraryNames(os: string): readonly [tensorflow: string, framework: string] {
  return os === "darwin"
    ? ["libtensorflow_cc.2.dylib", "libtensorflow_framework.2.dylib"]
    : ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"];
}

/** Lists the libraries that a folder lacks. */
export async function missingLibraries(folder: string, os: string): Promise<string[]> {
  const missing: string[] = [];
  for (const name of libraryNames(os)) {
    if (!await isFile(`${folder}/${name}`)) missing.push(name);
  }
  return missing;
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch {
    return false;
  }
}
