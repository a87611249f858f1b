import { type NodeRun, readNodeStats } from "./run_metadata.ts";

/** Memory that a kernel took; times in µs. */
export interface Allocation {
  readonly run: NodeRun;
  readonly bytes: number;
  readonly from: number;
  /** When it was given back; Infinity where that was after the end. */
  readonly until: number;
}

/**
 * What the kernels of a serialized tensorflow.RunMetadata took: NodeExecStats.memory 6 (step_stats.proto), an AllocatorMemoryUsed
 * {allocation_records 6}, each an AllocationRecord {alloc_micros 1, alloc_bytes 2}, negative where memory is given back.
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

/** The most bytes that were taken at once, and by what, the largest first. */
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
