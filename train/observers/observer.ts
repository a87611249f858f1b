import type { Stop } from "../early_stops/early_stop.ts";
import type { Json, TrainState } from "../state.ts";
import type { Training } from "../training.ts";

/** Why training ended. */
export type Ending = "epochs" | "steps" | "interrupted" | Stop["ending"];

/** What observers are told of, by event, in the order of a run. Epochs, steps and batches count from 1. */
export interface FitEvents {
  /** Before the first epoch. */
  readonly runStart: { readonly training: Training };
  /** Before an epoch; `batches` is how many it has, as far as no film is lost. */
  readonly epochStart: { readonly epoch: number; readonly epochs: number; readonly batches: number };
  /** After each step. */
  readonly step: StepFacts;
  /** After the last step of an epoch; `loss` is the mean of its batches' means, undefined where no step was left to take. */
  readonly epochTrained: { readonly epoch: number; readonly loss: number | undefined; readonly seconds: number };
  /** Before the validation of an epoch. */
  readonly validationStart: { readonly epoch: number; readonly batches: number };
  /** After each batch of the validation; `examples` went through so far, padding included. */
  readonly validationStep: { readonly epoch: number; readonly batch: number; readonly examples: number };
  /** After the validation of an epoch: the mean of the batches' means, over so many films. */
  readonly validated: {
    readonly epoch: number;
    readonly loss: number;
    readonly examples: number;
    readonly seconds: number;
  };
  /** Where the epoch's validation loss is the lowest so far. */
  readonly improved: { readonly epoch: number; readonly loss: number };
  /** Where the schedule has lowered the learning rate after an epoch. */
  readonly rateReduced: { readonly epoch: number; readonly learningRate: number };
  /** After everything that an epoch changes. */
  readonly epochEnd: { readonly epoch: number; readonly loss: number };
  /** Where training stops before its epochs and steps are over, before `ended`. */
  readonly stoppedEarly: Stop & { readonly epoch: number };
  /** At the end of a run that was not interrupted. */
  readonly ended: { readonly ending: Ending };
  /** Where the run's signal was aborted: the step under way is finished, the epoch is not. */
  readonly interrupted: { readonly epoch: number };
  /** Where an error ends the run; `fit` throws it afterwards. */
  readonly failed: { readonly error: unknown };
  /** Where an observer that is not required threw, and is told of nothing more. */
  readonly observerFailed: { readonly observer: string; readonly error: unknown };
}

/** What one step was. */
export interface StepFacts {
  /** The epoch, from 1. */
  readonly epoch: number;
  /** The step's number in the run. */
  readonly step: number;
  /** The batch's number in the epoch. */
  readonly batch: number;
  /** The mean loss of the batch, before the step. */
  readonly loss: number;
  /** The mean of the epoch's losses so far. */
  readonly meanLoss: number;
  /** The learning rate of the step. */
  readonly learningRate: number;
  /** The global norm of the gradients before clipping. */
  readonly gradientNorm: number;
  /** Films of the batch. */
  readonly examples: number;
  /** Films of the epoch so far. */
  readonly examplesSoFar: number;
  /** What the step took. */
  readonly seconds: number;
}

/** What an event says, and a way to the state at this point. */
export type FitEvent<E extends keyof FitEvents> = FitEvents[E] & {
  /** The state. Its tensors are good until the observer's promise is settled: the next step overwrites them. */
  readonly state: () => TrainState;
};

/**
 * What follows a run: a value with a method for each event that it wants to hear of. `fit` awaits what a method returns.
 *
 * @example
 * ```ts
 * import type { Observer } from "@thorax/thorax";
 * const losses: number[] = [];
 * const collector: Observer = {
 *   name: "collector",
 *   validated: ({ loss }) => void losses.push(loss),
 *   state: () => losses,
 *   restore: (kept) => void losses.push(...kept as number[]),
 * };
 * ```
 */
export type Observer = Handlers & {
  /** What it is called in messages and in the state; no two of a run have the same. */
  readonly name: string;
  /** Whether its error ends the run. That of another is told once, as `observerFailed`, and the observer is dropped. */
  readonly required?: boolean;
  /** What it wants to have back when the run goes on. `last/` keeps it. */
  state?(): Json;
  /** Takes back what `state` gave, before `runStart`. */
  restore?(kept: Json): void;
};

/** What hears of an event, for each event; `fit` awaits what it returns. */
export type Handlers = { readonly [E in keyof FitEvents]?: (event: FitEvent<E>) => unknown };
