/** For tests: a folder of its own, removed with all its files at the end of the block (`using folder = …`). */
export function temporaryFolder() {
  const path = Deno.makeTempDirSync({ prefix: "thorax-test-" });
  return {
    path,
    file: (name: string): string => `${path}/${name}`,
    names: (): string[] => [...Deno.readDirSync(path)].map(({ name }) => name).sort(),
    [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }),
  };
}
