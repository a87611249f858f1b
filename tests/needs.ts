/** What a test needs beyond plain `deno test`: a test whose needs are not met is ignored, and one line says why. */

/** The real films' folder, `../shared/data` beside the checkout. */
export const filmsFolder = new URL("../../shared/data/", import.meta.url);

const told = new Set<string>();
function tell(reason: string): void {
  if (!told.has(reason)) console.log(reason);
  told.add(reason);
}

function granted(name: "read" | "write" | "run" | "ffi" | "env"): boolean {
  return Deno.permissions.querySync({ name }).state === "granted";
}

/**
 * Options for `Deno.test`, ignoring the test where permissions are missing: `Deno.test("…", needs("read"), () => …)`.
 * `"films"` means the folder of real films.
 */
export function needs(...names: ("read" | "write" | "run" | "ffi" | "env" | "films")[]): { ignore: boolean } {
  const missing = names.filter((name) => name !== "films" && !granted(name));
  if (missing.length > 0) {
    tell("Tests that need permissions are ignored here: `deno task test` runs them all.");
    return { ignore: true };
  }
  if (names.includes("films") && !filmsPresent()) {
    tell("Tests that need real films are ignored: there is no ../shared/data beside this checkout.");
    return { ignore: true };
  }
  return { ignore: false };
}

function filmsPresent(): boolean {
  if (!granted("read")) return false;
  try {
    return Deno.statSync(filmsFolder).isDirectory;
  } catch {
    return false;
  }
}
