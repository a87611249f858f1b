import { TextLineStream } from "./lines.ts";
import { type Memory, watchMemory } from "./memory.ts";

/** How to start a runner, and the job to send to it as JSON. */
export interface RunnerCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly job: unknown;
}

/** What a runner measured in some steps. */
export interface Steps {
  readonly ms: readonly number[];
  readonly losses: readonly number[];
  readonly traceMs?: number;
}

/** A runner that is ready. It is idle until it is asked for steps; disposing of it ends its process. */
export interface RunnerProcess extends AsyncDisposable {
  /** Versions by name. */
  readonly builds: Readonly<Record<string, string>>;
  /** Milliseconds from its start until it was ready for its first step. */
  readonly readyMs: number;
  /** Takes steps. */
  run(steps: number): Promise<Steps>;
  /** Returns the largest memory seen while it took steps. */
  memory(): Memory;
}

/** A runner ended early, or its answer is not JSON. The message holds the last line of its standard error. */
export class RunnerError extends Error {
  override readonly name = "RunnerError";
}

/**
 * Starts a runner and waits until it is ready. The protocol has one JSON line for each request and answer. The first request is
 * the job, which the runner answers with `{"builds": {…}}` when it is ready. Each further request is a number of steps, which it
 * answers with `{"ms": […], "losses": […]}`.
 *
 * @throws {RunnerError} if it ends or gives another answer
 */
export async function startRunner({ program, args, env, job }: RunnerCommand): Promise<RunnerProcess> {
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
    throw new RunnerError(`${reason}, status ${code}: ${lastWords(await errors) || "it said nothing"}`);
  };
  const stop = async () => {
    await writer.close().catch(() => {}); // a runner ends at the end of its input
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
    // the process has ended meanwhile
  }
}

/** Reads a stream to its end; returns the last characters. */
async function tailOf(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  let tail = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) tail = (tail + text).slice(-4000);
  return tail;
}

/** Returns the line that says what went wrong: the last that begins with the name of an error, else the last of all. */
function lastWords(text: string): string {
  const lines = text.trim().split("\n").map((line) => line.trim());
  return lines.findLast((line) => /^[\w.]*error\b/i.test(line)) ?? lines.at(-1) ?? "";
}
