/** Memory of a process in bytes: its anonymous pages, and all that is resident. */
export interface Memory {
  readonly anonymous: number;
  readonly resident: number;
}

/** Reads the memory of a process from the text of Linux's /proc/PID/status. Returns undefined if it is not there. */
export function parseStatus(status: string): Memory | undefined {
  const bytes = (field: string) => Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status)?.[1]) * 1024;
  const memory = { anonymous: bytes("RssAnon"), resident: bytes("VmRSS") };
  return Number.isNaN(memory.anonymous) || Number.isNaN(memory.resident) ? undefined : memory;
}

/** Samples a process every few milliseconds until disposed. `peak()` returns the largest values so far. */
export function watchMemory(pid: number, everyMs = 20) {
  let anonymous = 0, resident = 0;
  const look = () => {
    const memory = parseStatus(readStatus(pid));
    anonymous = Math.max(anonymous, memory?.anonymous ?? 0);
    resident = Math.max(resident, memory?.resident ?? 0);
  };
  look();
  const timer = setInterval(look, everyMs);
  return {
    peak: (): Memory => ({ anonymous, resident }),
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

function readStatus(pid: number): string {
  try {
    return Deno.readTextFileSync(`/proc/${pid}/status`);
  } catch {
    return ""; // the process has ended, or the system is not Linux
  }
}

/** Returns how many bytes of memory are available; Infinity if the system does not say. */
export async function availableMemory(): Promise<number> {
  const text = await Deno.readTextFile("/proc/meminfo").catch(() => "");
  const kilobytes = /^MemAvailable:\s+(\d+) kB$/m.exec(text)?.[1];
  return kilobytes === undefined ? Infinity : Number(kilobytes) * 1024;
}
