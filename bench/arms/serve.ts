import { TextLineStream } from "../lines.ts";

/** What an arm returns of a step, off the clock of the steps. */
export interface Taken {
  readonly ms: number;
  readonly loss: number;
  /** How long the function was traced, where this step did. */
  readonly traceMs?: number;
}

/** An arm's side of the protocol; see arm_process.ts, and serve.py for Python's. */
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

/** What preparing left behind is not the step's: memory is measured. Needs --v8-flags=--expose-gc. */
function collectGarbage(): void {
  (globalThis as { gc?: () => void }).gc?.();
}
