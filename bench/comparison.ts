import { type RunnerCommand, RunnerError, type RunnerProcess, startRunner } from "./runner_process.ts";
import { availableMemory, type Memory } from "./memory.ts";
import { median } from "./statistics.ts";

/** A program that takes part in a comparison. */
export interface Candidate {
  readonly name: string;
  readonly command: RunnerCommand;
  /** Candidates of one group do the same work, so their losses must agree. */
  readonly group: string;
  /** The largest relative difference between its losses and those of the group's first candidate. */
  readonly tolerance: number;
}

/** What a comparison measured of one candidate. */
export interface Outcome {
  readonly name: string;
  readonly group: string;
  readonly builds: Readonly<Record<string, string>>;
  /** Milliseconds, by round and step. */
  readonly rounds: readonly (readonly number[])[];
  /** The losses of the first steps, which are taken before the rounds. */
  readonly losses: readonly number[];
  /** Milliseconds from the start of its process to the end of its first step. */
  readonly firstStepMs: number;
  readonly traceMs?: number;
  readonly memory: Memory;
}

/** A candidate that could not take part, and the reason. */
export interface Absent {
  readonly name: string;
  readonly reason: string;
}

/** How long a comparison runs. */
export interface ComparisonOptions {
  readonly rounds: number;
  /** Measured steps per round. One more is taken before them, because other candidates have used the caches meanwhile. */
  readonly steps: number;
  /** Receives a line about each thing that happens. */
  readonly log: (line: string) => void;
}

/** Steps before the rounds. Their losses are compared, and the first is timed on its own. */
const firstSteps = 3;

/**
 * Runs candidates in turn, so that a drift of the machine affects all of them alike. Each has a process of its own, and only
 * one works at a time. A candidate that cannot start, or does not fit into memory beside the others, is reported as absent.
 *
 * @throws {LossError} if candidates of one group compute different losses
 */
export async function compare(
  candidates: readonly Candidate[],
  { rounds, steps, log }: ComparisonOptions,
): Promise<{ outcomes: Outcome[]; absent: Absent[] }> {
  await using alive = new AsyncDisposableStack();
  const running: {
    candidate: Candidate;
    runner: RunnerProcess;
    first: Omit<Outcome, "rounds" | "memory">;
    rounds: number[][];
  }[] = [];
  const absent: Absent[] = [];
  for (const candidate of candidates) {
    try {
      await checkMemory(running.map(({ runner }) => runner.memory()));
      const runner = alive.use(await startRunner(candidate.command));
      const first = await firstStepsOf(candidate, runner);
      running.push({ candidate, runner, first, rounds: [] });
      log(`${candidate.name}: first step after ${seconds(first.firstStepMs)}, losses ${first.losses.map(digits)}`);
    } catch (error) {
      if (!(error instanceof RunnerError)) throw error;
      absent.push({ name: candidate.name, reason: error.message });
      log(`${candidate.name}: absent: ${error.message}`);
    }
  }
  checkLosses(running.map(({ candidate, first }) => ({ ...candidate, losses: first.losses })));
  for (let round = 0; round < rounds; round++) {
    const turn = round % Math.max(1, running.length); // each is first in some round
    for (const { runner, rounds } of [...running.slice(turn), ...running.slice(0, turn)]) {
      rounds.push((await runner.run(steps + 1)).ms.slice(1));
    }
    const medians = running.map(({ candidate, rounds }) => `${candidate.name} ${median(rounds[round]).toFixed(1)}`);
    log(`round ${round + 1}/${rounds}, ms: ${medians.join(", ")}`);
  }
  return {
    outcomes: running.map(({ runner, first, rounds }) => ({ ...first, rounds, memory: runner.memory() })),
    absent,
  };
}

async function firstStepsOf(
  { name, group }: Candidate,
  runner: RunnerProcess,
): Promise<Omit<Outcome, "rounds" | "memory">> {
  try {
    const first = await runner.run(1);
    const further = await runner.run(firstSteps - 1);
    return {
      name,
      group,
      builds: runner.builds,
      losses: [...first.losses, ...further.losses],
      firstStepMs: runner.readyMs + first.ms[0],
      traceMs: first.traceMs,
    };
  } catch (error) {
    await runner[Symbol.asyncDispose]();
    throw error;
  }
}

/** Checks that one more runner fits into memory. It is assumed to be as large as the largest that is running. */
async function checkMemory(others: readonly Memory[]): Promise<void> {
  const needed = Math.max(0, ...others.map(({ anonymous }) => anonymous));
  const available = await availableMemory();
  if (needed < available) return;
  const gigabytes = (bytes: number) => (bytes / 1e9).toFixed(1);
  throw new RunnerError(
    `${gigabytes(available)} GB of memory are left, and the others take up to ${gigabytes(needed)} each`,
  );
}

/** Two candidates of one group computed different losses. */
export class LossError extends Error {
  override readonly name = "LossError";
}

function checkLosses(runners: readonly (Candidate & { readonly losses: readonly number[] })[]): void {
  for (const { name, group, tolerance, losses } of runners) {
    const base = runners.find((other) => other.group === group);
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
