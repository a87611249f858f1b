import { installPeers, type Peer } from "../../bench/peers.ts";

/** A Python with the peers, in a cache of its own: made at the first use, by whatever index pip is configured with. */
const requirements = [
  "torch==2.13.0",
  "numpy==2.4.6",
  "safetensors==0.8.0",
  "scikit-learn==1.9.1",
  "pillow==13.0.0",
  "torchvision==0.28.0",
  "timm==1.0.31",
  "torchxrayvision==1.5.7",
  "transformers==5.23.0",
  "monai==1.6.1",
] as const;

/** Runs a Python script of the repository in the peers' Python; its standard output. */
export async function python(script: URL, ...args: string[]): Promise<string> {
  return await run(await peers(), [script.pathname, ...args]);
}

/** Runs a piece of Python in the peers' Python; its standard output. */
export async function pythonText(code: string, ...args: string[]): Promise<string> {
  return await run(await peers(), ["-c", code, ...args]);
}

/** Runs a piece of Python in the bench's, with peers of its own at its versions; its standard output. */
export async function peerText(wanted: readonly Peer[], code: string, ...args: string[]): Promise<string> {
  const { executable, missing } = await installPeers(wanted, console.error);
  for (const [peer, problem] of missing) throw new Error(`${peer} cannot be installed: ${problem}`);
  return await run(executable, ["-c", code, ...args]);
}

let found: Promise<string> | undefined;

/** The path of the peers' Python. */
function peers(): Promise<string> {
  return found ??= install();
}

async function install(): Promise<string> {
  const cache = Deno.env.get("XDG_CACHE_HOME") ?? `${Deno.env.get("HOME")}/.cache`;
  const folder = `${cache}/thorax/interop`, executable = `${folder}/bin/python`;
  const wanted = requirements.join("\n"), marker = `${folder}/requirements.txt`;
  if (await Deno.readTextFile(marker).catch(() => "") === wanted) return executable;
  console.error(`Installing ${requirements.join(", ")} …`);
  await run("python3", ["-m", "venv", "--clear", folder]);
  await run(executable, ["-m", "pip", "install", "--quiet", ...requirements]);
  await Deno.writeTextFile(marker, wanted);
  return executable;
}

async function run(command: string, args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, { args, stdin: "null" }).output();
  const decoder = new TextDecoder();
  if (!success) throw new Error(`${command} ${args[0]} failed: ${decoder.decode(stderr).slice(-2000)}`);
  return decoder.decode(stdout);
}
