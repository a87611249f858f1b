/** Wrappers put their own name before all others: DataParallel, torch.compile, modules that hold the model. */
const prefixes = ["module.", "_orig_mod.", "model.", "dinov2."];

/** The names of a file without the wrappers' prefixes that most of them bear, each with its spelling in the file. */
export function spellings(names: Iterable<string>): ReadonlyMap<string, string> {
  let spelling = new Map(Array.from(names, (name) => [name, name]));
  for (const prefix of prefixes) {
    const bearing = [...spelling.keys()].filter((name) => name.startsWith(prefix)).length;
    if (bearing * 2 <= spelling.size) continue;
    const shorter = Array.from(spelling, ([name, full]): [string, string] => [
      name.startsWith(prefix) ? name.slice(prefix.length) : name,
      full,
    ]);
    if (new Map(shorter).size === spelling.size) spelling = new Map(shorter);
  }
  return spelling;
}
