import { TextLineStream } from "./lines.ts";
import { type Memory, watchMemory } from "./memory.ts";

/** How to start an arm, and its job, any JSON. */
export interface ArmCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly job: unknown;
}

/** What an arm measured of some steps. */
export interface Steps {
  readonly ms: readonly number[];
  readonly losses: readonly number[];
  readonly traceMs?: number;
}

/** An arm, alive and ready: it sits still until it is told to take steps. */
export interface ArmProcess extends AsyncDisposable {
  /** Versions by name. */
  readonly builds: Readonly<Record<string, string>>;
  /** From its start until it was ready for its first step. */
  readonly readyMs: number;
  run(steps: number): Promise<Steps>;
  /** The most memory that was seen while it took steps. */
  memory(): Memory;
}

/** An arm that ended, or answered with what is no answer; the message holds the end of its standard error. */
export class ArmError extends Error {
  override readonly name = "ArmError";
}

/**
 * Starts an arm and waits until it is ready. The protocol, a JSON line for a line: it is given its job and says
 * `{"builds": {…}}` when ready; it is given a number of steps and says `{"ms": […], "losses": […]}`.
 */
export async function startArm({ program, args, env, job }: ArmCommand): Promise<ArmProcess> {
  const started = performance.now();
  const child = new Deno.Command(program, {
    args: [...args],
    env: { ...env },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const errors = tailOf(child.stderr);
  const writer = child.stdin.getWriter();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream()).getReader();
  let peak: Memory = { anonymous: 0, resident: 0 };

  const fail = async (reason: string): Promise<never> => {
    await stop();
    const { code } = await child.status;
    throw new ArmError(`${reason}, status ${code}: ${lastWords(await errors) || "it said nothing"}`);
  };
  const stop = async () => {
    await writer.close().catch(() => {}); // at the end of its input an arm ends by itself
    const patience = setTimeout(() => kill(child), 5000);
    await child.status;
    clearTimeout(patience);
    await reader.cancel();
    await errors;
  };
  const ask = async (line: string): Promise<Record<string, unknown>> => {
    const sent = writer.write(new TextEncoder().encode(`${line}\n`)).then(() => true, () => false);
    const { value } = await sent ? await reader.read() : { value: undefined };
    if (value === undefined) return await fail("it ended");
    try {
      return JSON.parse(value);
    } catch {
      return await fail(`it answered "${value.slice(0, 200)}"`);
    }
  };

  const { builds } = await ask(JSON.stringify(job)) as { builds: Record<string, string> };
  return {
    builds,
    readyMs: performance.now() - started,
    async run(steps) {
      using watched = watchMemory(child.pid);
      const answer = await ask(String(steps)) as unknown as Steps;
      const seen = watched.peak();
      peak = {
        anonymous: Math.max(peak.anonymous, seen.anonymous),
        resident: Math.max(peak.resident, seen.resident),
      };
      return answer;
    },
    memory: () => peak,
    [Symbol.asyncDispose]: stop,
  };
}

function kill(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch {
    // it has ended meanwhile
  }
}

/** The end of a stream of text, when it is over. */
async function tailOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  let tail = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) tail = (tail + text).slice(-4000);
  return tail;
}
/** The line that says what went wrong: the last that begins with an error, else the last of all. */
/** The line that says what went wrong: the last that speaks of an error, else the last of all. */
function lastWords(text: string): string {
  const lines = text.trim().split("\n").map((line) => line.trim());
  return lines.findLast((line) => /^[\w.]*error\b/i.test(line)) ?? lines.at(-1) ?? "";
}
