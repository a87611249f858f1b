/** What a test needs beyond plain `deno test`: a test whose needs are not met is ignored, and `needs_test.ts` says why. */

/** The real films' folder, `../shared/data` beside the checkout. */
export const filmsFolder = new URL("../../shared/data/", import.meta.url);

const permissions = ["read", "write", "run", "ffi", "env"] as const;

/**
 * What a test may need. `films` means the folder of real films, `processor` and `gpu` an engine whose ops run there: the variable
 * THORAX_TEST_DEVICE, `cuda`, makes it a GPU's.
 */
export type Need = (typeof permissions)[number] | "films" | "processor" | "gpu";

/** Options for `Deno.test`, ignoring the test where something is missing: `Deno.test("…", needs("read"), () => …)`. */
export function needs(...names: readonly Need[]): { ignore: boolean } {
  return { ignore: !names.every(isMet) };
}

/** Why tests are ignored here, a line each. */
export function whyIgnored(): string[] {
  const all = permissions.every(granted);
  return [
    ...(all ? [] : ["Tests that need permissions are ignored here: `deno task test` runs them all."]),
    ...(all && !filmsPresent()
      ? ["Tests of real films are ignored: there is no ../shared/data beside the checkout."]
      : []),
    ...(all && onGpu() ? ["Tests of the processor's kernels are ignored: THORAX_TEST_DEVICE is cuda."] : []),
    ...(all && !onGpu() ? ["Tests of a GPU are ignored: where there is one, THORAX_TEST_DEVICE=cuda runs them."] : []),
  ];
}

/** Whether THORAX_TEST_DEVICE says that the tests' engine is a GPU's. */
export function onGpu(): boolean {
  return granted("env") && Deno.env.get("THORAX_TEST_DEVICE") === "cuda";
}

function isMet(name: Need): boolean {
  switch (name) {
    case "films":
      return filmsPresent();
    case "processor":
      return !onGpu();
    case "gpu":
      return onGpu();
    default:
      return granted(name);
  }
}

function granted(name: (typeof permissions)[number]): boolean {
  return Deno.permissions.querySync({ name }).state === "granted";
}

function filmsPresent(): boolean {
  if (!granted("read")) return false;
  try {
    return Deno.statSync(filmsFolder).isDirectory;
  } catch {
    return false;
  }
}
