/** What a test needs beyond plain `deno test`: a test whose needs are not met is ignored, and `needs_test.ts` says why. */

/** The real films' folder, `../shared/data` beside the checkout. */
export const filmsFolder = new URL("../../shared/data/", import.meta.url);

const permissions = ["read", "write", "run", "ffi", "env"] as const;

/** What a test may need. `films` means the folder of real films. */
export type Need = (typeof permissions)[number] | "films";

/** Options for `Deno.test`, ignoring the test where something is missing: `Deno.test("…", needs("read"), () => …)`. */
export function needs(...names: readonly Need[]): { ignore: boolean } {
  return { ignore: !names.every((name) => name === "films" ? filmsPresent() : granted(name)) };
}

/** Why tests are ignored here, a line each. */
export function whyIgnored(): string[] {
  const all = permissions.every(granted);
  return [
    ...(all ? [] : ["Tests that need permissions are ignored here: `deno task test` runs them all."]),
    ...(all && !filmsPresent()
      ? ["Tests of real films are ignored: there is no ../shared/data beside the checkout."]
      : []),
  ];
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
