import { UserError } from "../../errors.ts";
import type { Settings } from "../names/naming.ts";
import type { KeyMap } from "./key_map.ts";
import { brief, quote } from "../quote.ts";

/**
 * Compares the settings in a `config.json` with those of the model here, as far as names and shapes do not show them.
 *
 * @param own the settings beside the file; undefined where there are none
 * @returns lines for the user
 * @throws {UserError} where the file's model computes something else
 */
export function compareSettings(path: string, { settings = {}, naming }: KeyMap, own?: Settings): readonly string[] {
  const notes: string[] = [], wanted = Object.entries(settings), { epsilon } = naming;
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
