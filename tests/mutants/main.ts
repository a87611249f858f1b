/**
 * Puts the faults of `table.ts` into a copy of the checkout, one at a time, and runs those tests of `deno task test` that reach the file,
 * the nearest first, until one fails. Prints a line for each fault, and the share that was noticed; the exit status is 1 where that is
 * below 95 %. With texts: the faults whose file or description has one of them.
 *
 *     deno task test:mutants
 *     deno task test:mutants export/ "padding"
 */
import { copyCheckout } from "./checkout.ts";
import { mutantsOf } from "./mutant.ts";
import { tables } from "./table.ts";

/** The share of faults that must be noticed, in percent. */
const wanted = 95;

using checkout = copyCheckout();
const texts = Deno.args;
const mutants = mutantsOf(tables, checkout.sources).filter(({ file, what }) =>
  texts.length === 0 || texts.some((text) => file.includes(text) || what.includes(text))
);
let noticed = 0;
for (const { file, what, text } of mutants) {
  const start = performance.now(), by = checkout.whatNotices(file, text);
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  if (by !== undefined) noticed++;
  console.log(
    `${by === undefined ? "NOT NOTICED" : "noticed"}  ${file}: ${what} (${by ?? "by nothing"}, ${seconds} s)`,
  );
}
const share = 100 * noticed / mutants.length;
console.log(
  `${noticed} of ${mutants.length} faults are noticed: ${share.toFixed(1)} %, and at least ${wanted} % must be`,
);
Deno.exitCode = share >= wanted ? 0 : 1;
