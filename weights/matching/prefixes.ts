/**
 * Matches modules that wrap others anywhere in a name and are never a layer of the model: those of torch.compile, and
 * of PyTorch's sharding and recomputation of activations.
 */
const wrappers = /(^|\.)((_orig_mod|_fsdp_wrapped_module|_checkpoint_wrapped_module)\.)+/g;

/** Matches what DataParallel makes of a part of a model, `features.module.0`. A layer's own name could be the same. */
const partWrappers = /\.(module\.)+/g;

/**
 * Maps the names of a file without wrappers to the names as they are, in one or two ways: without those that are never
 * a layer, and, where it makes a difference, without DataParallel around parts of the model too. Where two names would
 * become one, no wrapper is left out.
 */
export function withoutWrappers(
  names: Iterable<string>,
): readonly [ReadonlyMap<string, string>, ...ReadonlyMap<string, string>[]] {
  const all = [...names];
  const renamed = (rename: (name: string) => string) => new Map(all.map((name) => [rename(name), name]));
  const bare = renamed((name) => name.replace(wrappers, "$1"));
  const whole = renamed((name) => name.replace(wrappers, "$1").replace(partWrappers, "."));
  const usual = bare.size === all.length ? bare : renamed((name) => name);
  const isOther = whole.size === all.length && [...whole.keys()].some((name) => !usual.has(name));
  return isOther ? [usual, whole] : [usual];
}

/** Yields every prefix of a name, the shortest first: `a.b.c` → ``, `a.`, `a.b.`. */
export function* prefixesOf(name: string): Generator<string, void, void> {
  yield "";
  for (let at = name.indexOf("."); at >= 0; at = name.indexOf(".", at + 1)) yield name.slice(0, at + 1);
}
