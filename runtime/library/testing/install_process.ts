/**
 * Installs in a process of its own, for install_test.ts: `install_process.ts INSTALLATION [STEP]`. Prints each step as it begins
 * and what `install` returns; halts at STEP until something comes on standard input.
 */
import { install } from "../install.ts";

const [installation, halt] = Deno.args;
const told = new Set<string>();
const result = await install({
  ...JSON.parse(installation),
  onProgress({ step }) {
    if (told.has(step)) return;
    told.add(step);
    console.log(step);
    if (step === halt) Deno.stdin.readSync(new Uint8Array(1));
  },
});
console.log(result);
