import { UserError } from "../../errors.ts";
import type { Json, TrainState } from "../state.ts";
import type { FitEvents, Handlers, Observer } from "./observer.ts";

/** The observers of one run. */
export interface Watch {
  /** Tells all observers, one after the other; throws the error of a required one once the others were told. */
  tell<E extends keyof FitEvents>(event: E, facts: FitEvents[E], state: TrainState): Promise<void>;
  /** Gives each observer back what it had kept. */
  restore(kept: TrainState["observers"]): void;
}

/**
 * Watches a run with observers: whoever throws is told of nothing more.
 *
 * @throws {UserError} where two observers have one name
 */
export function watch(observers: readonly Observer[]): Watch {
  const names = observers.map(({ name }) => name), twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) throw new UserError(`two observers are called "${twice}"`, { remedy: "Name them apart" });
  const active = new Set(observers);

  async function tell<E extends keyof FitEvents>(event: E, facts: FitEvents[E], state: TrainState): Promise<void> {
    const failures: { readonly observer: Observer; readonly error: unknown }[] = [];
    for (const observer of active) {
      try {
        const handlers: Handlers = observer;
        await handlers[event]?.({ ...facts, state: () => withKept(state, active) });
      } catch (error) {
        active.delete(observer);
        failures.push({ observer, error });
      }
    }
    for (const { observer, error } of failures) {
      if (!observer.required) await tell("observerFailed", { observer: observer.name, error }, state);
    }
    const fatal = failures.find(({ observer }) => observer.required);
    if (fatal) throw fatal.error;
  }

  return {
    tell,
    restore(kept = {}) {
      for (const observer of active) if (Object.hasOwn(kept, observer.name)) observer.restore?.(kept[observer.name]);
    },
  };
}

/** A state with what the observers keep. What nobody is here to take stays as it was. */
function withKept(state: TrainState, observers: Iterable<Observer>): TrainState {
  const kept: Record<string, Json> = { ...state.observers };
  for (const observer of observers) if (observer.state) kept[observer.name] = observer.state();
  return Object.keys(kept).length === 0 ? state : { ...state, observers: kept };
}
