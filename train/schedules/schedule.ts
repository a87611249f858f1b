/** What a schedule keeps from epoch to epoch: JSON, which a run's state holds. */
export interface ScheduleState {
  /** The learning rate of the next step, where the schedule changes it between epochs alone. */
  readonly learningRate: number;
}

/** Where training is, for schedules that change the rate from step to step. */
export interface ScheduledStep {
  /** The optimizer's own learning rate, which the schedule began with. */
  readonly initial: number;
  /** The step, from 1. */
  readonly step: number;
  /** The epoch, from 1. */
  readonly epoch: number;
  /** How many epochs the run is to have. */
  readonly epochs: number;
  /** How many steps this epoch has, as far as no film is lost. */
  readonly stepsPerEpoch: number;
}

/** An epoch that is over. */
export interface FinishedEpoch {
  /** From 1. */
  readonly epoch: number;
  /** The mean of its batches' means. */
  readonly validationLoss: number;
}

/** What a schedule does. All of it is pure, and runs on the host. (Methods, so that each may have a state of its own type.) */
export interface ScheduleFunctions<S extends ScheduleState = ScheduleState> {
  /** The state before the first epoch. By default it is the learning rate alone. */
  begin?(learningRate: number): S;
  /** The state after an epoch. By default it stays as it was. */
  afterEpoch?(state: S, finished: FinishedEpoch): S;
  /** The learning rate of a step. By default it is that of the state. */
  atStep?(state: S, at: ScheduledStep): number;
}
