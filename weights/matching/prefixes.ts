/**
 * Matches modules that wrap others anywhere in a name and are never a layer of the model: those of torch.compile, and
 * of PyTorch's sharding and recomputation of activations.
 */
const wrappers = /(^|\.)((_orig_mod|_fsdp_wrapped_module|_checkpoint_wrapped_module)\.)+/g;

/**
 * Maps the names of a file without such wrappers to the names as they are. Where two would become one, no wrapper is
 * left out.
 */
export function withoutWrappers(names: Iterable<string>): ReadonlyMap<string, string> {
  const all = [...names];
  const bare = new Map(all.map((name) => [name.replace(wrappers, "$1"), name]));
  return bare.size === all.length ? bare : new Map(all.map((name) => [name, name]));
}

/** Yields every prefix of a name, the shortest first: `a.b.c` → ``, `a.`, `a.b.`. */
export function* prefixesOf(name: string): Generator<string, void, void> {
  yield "";
  for (let at = name.indexOf("."); at >= 0; at = name.indexOf(".", at + 1)) yield name.slice(0, at + 1);
}
