/** Returns the current stack trace, 30 frames deep; an error records 10 by default. */
export function stackTrace(): string {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 30;
  const { stack = "" } = new Error();
  Error.stackTraceLimit = limit;
  return stack;
}
