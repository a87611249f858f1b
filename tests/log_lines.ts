/** For tests: what a log says. */
import { assertMatch } from "@std/assert";
import { linesOf } from "./command.ts";

/** The messages of a log, each of whose lines must be `YYYY-MM-DD HH:MM:SS: message`, in the order of time. */
export function messagesOf(path: string): string[] {
  let latest = "";
  return linesOf(Deno.readTextFileSync(path)).map((line, i) => {
    assertMatch(line, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d: ./);
    const time = line.slice(0, 19);
    if (time < latest) throw new Error(`line ${i + 1} of ${path} is earlier than the line before`);
    latest = time;
    return line.slice(21);
  });
}
