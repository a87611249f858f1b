/** The packages of the peers at exact versions. pip's index chooses the build for this machine. */
const requirements = {
  torch: ["torch==2.13.0", "numpy==2.4.6"],
  tensorflow: [
    Deno.build.os === "linux" && Deno.build.arch === "x86_64" ? "tensorflow-cpu==2.21.0" : "tensorflow==2.21.0",
    "numpy==2.4.6",
  ],
  onnx: ["onnx==1.23.2", "numpy==2.4.6"],
  onnxruntime: ["onnxruntime==1.32.0", "numpy==2.4.6"],
  openvino: ["openvino==2026.4.1", "numpy==2.4.6"],
} as const;

/** A peer: the name of a group of packages. */
export type Peer = keyof typeof requirements;

/** A Python environment of the bench in the user's cache folder, into which pip installs each peer at its first use. */
export interface PeerPython {
  readonly executable: string;
  /** The peers that could not be installed, and the reasons. */
  readonly missing: ReadonlyMap<Peer, string>;
}

/** Finds or installs peers. `log` receives a line about each installation. */
export async function installPeers(wanted: readonly Peer[], log: (line: string) => void): Promise<PeerPython> {
  const folder = `${Deno.env.get("XDG_CACHE_HOME") || `${Deno.env.get("HOME")}/.cache`}/thorax/bench`;
  const executable = `${folder}/bin/python`;
  const missing = new Map<Peer, string>();
  if (!await exists(executable)) {
    const problem = await run("python3", ["-m", "venv", folder]);
    if (problem) return { executable, missing: new Map(wanted.map((peer) => [peer, problem])) };
  }
  for (const peer of wanted) {
    const packages = requirements[peer], marker = `${folder}/${peer}.installed`;
    if (await Deno.readTextFile(marker).catch(() => "") === packages.join("\n")) continue;
    log(`installing ${packages.join(", ")} …`);
    const problem = await run(executable, ["-m", "pip", "install", "--quiet", ...packages]);
    if (problem) missing.set(peer, problem);
    else await Deno.writeTextFile(marker, packages.join("\n"));
  }
  return { executable, missing };
}

/** Runs a program. Returns its last message if it fails. */
async function run(program: string, args: string[]): Promise<string | undefined> {
  try {
    const { success, stderr } = await new Deno.Command(program, { args, stdin: "null", stdout: "null" }).output();
    if (success) return undefined;
    const lines = new TextDecoder().decode(stderr).trim().split("\n");
    return lines.findLast((line) => line.startsWith("ERROR")) ?? lines.at(-1) ?? `${program} failed`;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return `there is no ${program}`;
    throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
