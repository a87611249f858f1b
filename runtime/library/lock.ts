/**
 * Waits until no other process holds a lock file. The operating system gives the lock back when the file is closed, also
 * when its process is killed; the file itself stays.
 *
 * @example
 * ```ts ignore
 * using _lock = await exclusiveLock("/tmp/lock", () => console.error("waiting"));
 * ```
 */
export async function exclusiveLock(path: string, onWait: () => void): Promise<Disposable> {
  const file = await Deno.open(path, { create: true, write: true });
  try {
    if (!await file.tryLock(true)) {
      onWait();
      await file.lock(true);
    }
    return file;
  } catch (error) {
    file.close();
    throw error;
  }
}
