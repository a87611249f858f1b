import { UserError } from "../../errors.ts";
import type { Dialect } from "./dialect.ts";
import type { Settings } from "../names/naming.ts";
import { brief, quote } from "../quote.ts";

/**
 * Compares what a `config.json` says of a model with the model here, as far as names and shapes do not tell it.
 *
 * @param own what lies beside the file; undefined where there is none
 * @returns what is to be said of it, a line each
 * @throws {UserError} where the file's model computes something else
 */
export function compareSettings(path: string, { settings = {}, epsilon }: Dialect, own?: Settings): readonly string[] {
  const notes: string[] = [], wanted = Object.entries(settings);
  if (own === undefined && wanted.length > 0) {
    const shown = wanted.map(([name, value]) => `${name} ${value}`).join(", ");
    notes.push(`no config.json of transformers lies beside it; taken for granted: ${shown}`);
  }
  for (const [name, value] of wanted) {
    const found = own?.[name];
    if (found === undefined || found === value) continue;
    throw new UserError(
      `${path} is of another model under the same names: its config.json has ${quote(name)} ${brief(found)}, ` +
        `and the model here ${brief(value)}`,
    );
  }
  const theirs = own?.["layer_norm_eps"] ?? epsilon?.theirs;
  if (epsilon && theirs !== epsilon.ours) {
    notes.push(`ε of ${epsilon.norms} is ${brief(theirs)} there and ${epsilon.ours} here`);
  }
  return notes;
}
