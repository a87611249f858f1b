/**
 * Installs in its own process, for install_test.ts: `install_process.ts INSTALLATION [STEP]`. It prints each step when it begins, and
 * the result of `install`. It waits at STEP for standard input.
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
