/**
 * Takes the lock on a file, and waits while another process holds it; It calls `onWait` before it waits. The operating system releases the lock
 * when the file is closed, also when the process is killed. The file itself stays.
 *
 * @example
 * ```ts ignore
 * using _lock = await exclusiveLock("/tmp/lock", () => console.error("waiting"));
 * ```
 */
export async function exclusiveLock(path: string, onWait: () => void): Promise<Disposable> {
  using stack = new DisposableStack();
  const file = stack.use(await Deno.open(path, { create: true, write: true }));
  if (!await file.tryLock(true)) {
    onWait();
    await file.lock(true);
  }
  return stack.move();
}
