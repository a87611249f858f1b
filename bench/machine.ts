/** The machine that a number was measured on, and the date. */
export interface Machine {
  /** The date in ISO form, `2026-11-27`. */
  readonly date: string;
  readonly processor: string;
  readonly threads: number;
  readonly memoryGB: number;
}

/** Describes this machine from Linux's /proc. Elsewhere `processor` names the platform, and `memoryGB` is 0. */
export async function describeMachine(): Promise<Machine> {
  const read = (path: string) => Deno.readTextFile(path).catch(() => "");
  const [cpu, memory] = await Promise.all([read("/proc/cpuinfo"), read("/proc/meminfo")]);
  return {
    date: new Date().toISOString().slice(0, 10),
    processor: /^model name\s*:\s*(.+)$/m.exec(cpu)?.[1] ?? `${Deno.build.os} ${Deno.build.arch}`,
    threads: navigator.hardwareConcurrency,
    memoryGB: Math.round(Number(/^MemTotal:\s+(\d+) kB$/m.exec(memory)?.[1] ?? 0) * 1024 / 1e9),
  };
}
