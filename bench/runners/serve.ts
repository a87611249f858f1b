import { TextLineStream } from "../lines.ts";

/** What a runner reports about a step. */
export interface Taken {
  readonly ms: number;
  readonly loss: number;
  /** How long tracing took, if this step traced the function. */
  readonly traceMs?: number;
}

/** Runs a runner's side of the protocol (see runner_process.ts). serve.py is the same for Python. */
export async function serve<Job>(
  prepare: (job: Job) => Promise<{ step: () => Promise<Taken>; builds: Readonly<Record<string, string>> }>,
): Promise<void> {
  const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream());
  const reader = lines.getReader();
  const { value: job = "{}" } = await reader.read();
  const { step, builds } = await prepare(JSON.parse(job));
  collectGarbage();
  answer({ builds });
  for (let line = await reader.read(); !line.done; line = await reader.read()) {
    const taken: Taken[] = [];
    for (let i = 0; i < Number(line.value); i++) taken.push(await step());
    answer({
      ms: taken.map(({ ms }) => ms),
      losses: taken.map(({ loss }) => loss),
      traceMs: taken.find(({ traceMs }) => traceMs !== undefined)?.traceMs,
    });
  }
  Deno.exit();
}

function answer(fields: Readonly<Record<string, unknown>>): void {
  console.log(JSON.stringify(fields));
}

/** Frees what the preparation left, because memory is measured. It needs --v8-flags=--expose-gc. */
function collectGarbage(): void {
  (globalThis as { gc?: () => void }).gc?.();
}
