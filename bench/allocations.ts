import { type NodeRun, readNodeStats } from "./run_metadata.ts";

/** A block of memory that a kernel allocated. Times are in µs. */
export interface Allocation {
  readonly run: NodeRun;
  readonly bytes: number;
  readonly from: number;
  /** When the kernel freed it; Infinity if it was still allocated at the end of the step. */
  readonly until: number;
}

/**
 * Reads what the kernels allocated from a serialized `tensorflow.RunMetadata`. The fields are those of step_stats.proto:
 * NodeExecStats.memory (6) is an AllocatorMemoryUsed {allocation_records 6}, each an AllocationRecord {alloc_micros 1,
 * alloc_bytes 2}, whose bytes are negative where memory is freed.
 */
export function readAllocations(bytes: Uint8Array): Allocation[] {
  return readNodeStats(bytes).flatMap(({ run, fields }) =>
    fields.messages(6).flatMap((used) => {
      const records = used.messages(6).map((record) => ({
        at: record.integers(1)[0] ?? 0,
        bytes: record.integers(2)[0] ?? 0,
      }));
      const returns = records.filter(({ bytes }) => bytes < 0);
      return records.filter(({ bytes }) => bytes > 0).map(({ at, bytes }) => {
        const index = returns.findIndex((back) => back.bytes === -bytes);
        const [back] = index < 0 ? [] : returns.splice(index, 1);
        return { run, bytes, from: at, until: back?.at ?? Infinity };
      });
    })
  );
}

/** Returns the largest number of bytes allocated at one time, and the allocations held then, the largest first. */
export function peakOf(allocations: readonly Allocation[]): { bytes: number; held: Allocation[] } {
  const changes = allocations.flatMap(({ bytes, from, until }) => [
    { at: from, bytes },
    { at: until, bytes: -bytes },
  ]).sort((a, b) => a.at - b.at || a.bytes - b.bytes);
  let now = 0, most = 0, at = 0;
  for (const change of changes) {
    now += change.bytes;
    if (now > most) [most, at] = [now, change.at];
  }
  const held = allocations.filter(({ from, until }) => from <= at && at < until);
  return { bytes: most, held: held.sort((a, b) => b.bytes - a.bytes) };
}
