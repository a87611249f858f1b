import { cpus, totalmem } from "node:os";

/** Names the processor, the cores that a process may use, and the memory: `AMD EPYC, 2 cores, memory of 23.5 GiB`. */
export function describeMachine(): string {
  const processor = asked(() => cpus()[0]?.model.trim()) || "unknown processor";
  const memory = asked(() => `${(totalmem() / 2 ** 30).toFixed(1)} GiB`) ?? "unknown size";
  return `${processor}, ${count(navigator.hardwareConcurrency, "core")}, memory of ${memory}`;
}

/** Asks for a fact that needs the permission `sys`; undefined without it. */
function asked<T>(fact: () => T): T | undefined {
  try {
    return fact();
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return undefined;
    throw error;
  }
}

const count = (number: number, unit: string) => `${number} ${unit}${number === 1 ? "" : "s"}`;
