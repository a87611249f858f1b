/** Whose code is running: more of the stack than an error shows by itself. */
export function callers(): string {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 30;
  const { stack = "" } = new Error();
  Error.stackTraceLimit = limit;
  return stack;
}
