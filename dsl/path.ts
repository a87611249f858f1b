/** Joins a name to a path: `join("layer1/0", "conv1")` is `layer1/0/conv1`. */
export function join(path: string, name: string): string {
  return path ? `${path}/${name}` : name;
}
