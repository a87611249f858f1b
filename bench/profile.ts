export async function profileModel(_: unknown): Promise<string[]> {
  return await Promise.resolve([]);
}
