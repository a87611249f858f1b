import { type ArmCommand, ArmError, type ArmProcess, startArm } from "./arm_process.ts";
import { availableMemory, type Memory } from "./memory.ts";
import { median } from "./statistics.ts";

/** Someone who takes part in a contest. */
export interface Entrant {
  readonly name: string;
  readonly command: ArmCommand;
  /** Those of one group do the same work: their losses must agree. */
  readonly group: string;
  /** How far, relatively, its losses may be from those of the group's first. */
  readonly tolerance: number;
}

/** What came of an entrant. */
export interface Outcome {
  readonly name: string;
  readonly group: string;
  readonly builds: Readonly<Record<string, string>>;
  /** Milliseconds of each step of each round. */
  readonly rounds: readonly (readonly number[])[];
  /** The losses of the first steps, before the rounds. */
  readonly losses: readonly number[];
  /** From the start of its process to the end of its first step. */
  readonly firstStepMs: number;
  readonly traceMs?: number;
  readonly memory: Memory;
}

/** An entrant that could not take part, and why. */
export interface Absent {
  readonly name: string;
  readonly reason: string;
}

export interface ContestOptions {
  readonly rounds: number;
  /** Measured steps a round; one more goes before them, since other arms have used the caches meanwhile. */
  readonly steps: number;
  /** Told of what happens, line by line. */
  readonly tell: (line: string) => void;
}

/** Steps before the rounds: their losses are compared, and the first is timed on its own. */
const firstSteps = 3;

/**
 * Lets arms take steps in turn, so that whatever drifts drifts for all: each lives in a process of its own, and only one of
 * them works at a time. An arm that cannot start, or does not fit in memory beside the others, is absent with the reason.
 *
 * @throws {LossError} where arms of one group do not compute the same
 */
export async function contest(
  entrants: readonly Entrant[],
  { rounds, steps, tell }: ContestOptions,
): Promise<{ outcomes: Outcome[]; absent: Absent[] }> {
  await using alive = new AsyncDisposableStack();
  const running: {
    entrant: Entrant;
    arm: ArmProcess;
    first: Omit<Outcome, "rounds" | "memory">;
    rounds: number[][];
  }[] = [];
  const absent: Absent[] = [];
  for (const entrant of entrants) {
    try {
      await checkMemory(running.map(({ arm }) => arm.memory()));
      const arm = alive.use(await startArm(entrant.command));
      const first = await firstStepsOf(entrant, arm);
      running.push({ entrant, arm, first, rounds: [] });
      tell(`${entrant.name}: first step after ${seconds(first.firstStepMs)}, losses ${first.losses.map(digits)}`);
    } catch (error) {
      if (!(error instanceof ArmError)) throw error;
      absent.push({ name: entrant.name, reason: error.message });
      tell(`${entrant.name}: absent: ${error.message}`);
    }
  }
  checkLosses(running.map(({ entrant, first }) => ({ ...entrant, losses: first.losses })));
  for (let round = 0; round < rounds; round++) {
    const turn = round % Math.max(1, running.length); // nobody is always first
    for (const { arm, rounds } of [...running.slice(turn), ...running.slice(0, turn)]) {
      rounds.push((await arm.run(steps + 1)).ms.slice(1));
    }
    const medians = running.map(({ entrant, rounds }) => `${entrant.name} ${median(rounds[round]).toFixed(1)}`);
    tell(`round ${round + 1}/${rounds}, ms: ${medians.join(", ")}`);
  }
  return { outcomes: running.map(({ arm, first, rounds }) => ({ ...first, rounds, memory: arm.memory() })), absent };
}

async function firstStepsOf({ name, group }: Entrant, arm: ArmProcess): Promise<Omit<Outcome, "rounds" | "memory">> {
  try {
    const first = await arm.run(1);
    const further = await arm.run(firstSteps - 1);
    return {
      name,
      group,
      builds: arm.builds,
      losses: [...first.losses, ...further.losses],
      firstStepMs: arm.readyMs + first.ms[0],
      traceMs: first.traceMs,
    };
  } catch (error) {
    await arm[Symbol.asyncDispose]();
    throw error;
  }
}

/** Arms that are alive keep their memory: one more must fit beside them, taken to be as large as the largest. */
async function checkMemory(others: readonly Memory[]): Promise<void> {
  const needed = Math.max(0, ...others.map(({ anonymous }) => anonymous));
  const available = await availableMemory();
  if (needed < available) return;
  const gigabytes = (bytes: number) => (bytes / 1e9).toFixed(1);
  throw new ArmError(
    `${gigabytes(available)} GB of memory are left, and the others take up to ${gigabytes(needed)} each`,
  );
}

/** Two arms that should compute the same, and do not. */
export class LossError extends Error {
  override readonly name = "LossError";
}

function checkLosses(arms: readonly (Entrant & { readonly losses: readonly number[] })[]): void {
  for (const { name, group, tolerance, losses } of arms) {
    const base = arms.find((other) => other.group === group);
    if (!base || base.name === name) continue;
    losses.forEach((loss, step) => {
      const difference = Math.abs(loss - base.losses[step]) / Math.abs(base.losses[step]);
      if (difference <= tolerance) return;
      throw new LossError(
        `${name} and ${base.name} do not compute the same: the loss of step ${step + 1} is ${loss} and ` +
          `${base.losses[step]}, ${difference.toExponential(1)} apart and more than ${tolerance}`,
      );
    });
  }
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
const digits = (loss: number) => loss.toPrecision(7);
