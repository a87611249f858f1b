/**
 * Wrappers that stand anywhere in a name and are never a layer's own: torch.compile, and PyTorch's sharding and recomputation of
 * activations.
 */
const wrappers = /(^|\.)((_orig_mod|_fsdp_wrapped_module|_checkpoint_wrapped_module)\.)+/g;

/** The names of a file without such wrappers, each with its spelling in the file; as they are where two would be one. */
export function spellings(names: Iterable<string>): ReadonlyMap<string, string> {
  const all = [...names];
  const bare = new Map(all.map((name) => [name.replace(wrappers, "$1"), name]));
  return bare.size === all.length ? bare : new Map(all.map((name) => [name, name]));
}

/** What may stand before a name: nothing, or its first parts. `a.b.c` → ``, `a.`, `a.b.`. */
export function* prefixesOf(name: string): Generator<string, void, void> {
  yield "";
  for (let at = name.indexOf("."); at >= 0; at = name.indexOf(".", at + 1)) yield name.slice(0, at + 1);
}
