import { assertEquals } from "@std/assert";
import { printLine, showProgress } from "./progress.ts";

/** Runs `body` with a clock of its own and no terminal; what it writes to standard error. */
function offTerminal(body: (setClock: (seconds: number) => void) => void): string[] {
  const { error } = console, { now } = performance, { isTerminal } = Deno.stderr;
  const lines: string[] = [];
  let clock = 0;
  console.error = (line: string) => void lines.push(line);
  performance.now = () => clock;
  Deno.stderr.isTerminal = () => false;
  try {
    body((seconds) => clock = seconds * 1000);
  } finally {
    console.error = error;
    performance.now = now;
    Deno.stderr.isTerminal = isTerminal;
  }
  return lines;
}

Deno.test("progress off a terminal: a line every ten seconds, with loss, speed and the time left", () => {
  const lines = offTerminal((setClock) => {
    using display = showProgress("epoch 3/50", 200);
    for (const [seconds, done] of [[4, 10], [10, 50], [19, 90], [21, 100]]) {
      setClock(seconds);
      display.update(done, done * 32, 0.25);
    }
  });
  assertEquals(lines, [
    "epoch 3/50, batch 50/200, loss 0.2500, 160.0 images/s, 0:30 left",
    "epoch 3/50, batch 100/200, loss 0.2500, 152.4 images/s, 0:21 left",
  ]);
});

Deno.test("progress off a terminal: without a loss none is written; minutes are told", () => {
  const lines = offTerminal((setClock) => {
    using display = showProgress("validation", 61);
    setClock(10);
    display.update(1, 4);
  });
  assertEquals(lines, ["validation, batch 1/61, 0.4 images/s, 10:00 left"]);
});

Deno.test("printLine: on a terminal a bar is cleared away beside the console, which would write its controls out", () => {
  const { error } = console, { isTerminal, writeSync } = Deno.stderr, written: string[] = [];
  console.error = (line: string) => void written.push(`line ${line}`);
  Deno.stderr.isTerminal = () => true;
  Deno.stderr.writeSync = (bytes) => written.push(new TextDecoder().decode(bytes));
  try {
    printLine("a");
    Deno.stderr.isTerminal = () => false;
    printLine("b");
  } finally {
    console.error = error;
    Object.assign(Deno.stderr, { isTerminal, writeSync });
  }
  assertEquals(written, ["\r\x1b[K", "line a", "line b"]);
});
