/** How many specs ended how. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** `4157 passed, 0 failed, 73 skipped` */
export const showCounts = ({ passed, failed, skipped }: Counts): string =>
  `${passed} passed, ${failed} failed, ${skipped} skipped`;

/** The counts at the end of a suite's last line; undefined in any other line. */
export function countsIn(line: string): Counts | undefined {
  const [, passed, failed, skipped] = /^tfjs-\w+: (\d+) passed, (\d+) failed, (\d+) skipped$/.exec(line) ?? [];
  return passed === undefined ? undefined : { passed: +passed, failed: +failed, skipped: +skipped };
}
