/** How a program ended. */
export interface Ended {
  readonly success: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Milliseconds after which the program is killed. */
  readonly timeout?: number;
  readonly env?: Record<string, string>;
}

/** Whether a permission is given. Asked first, because Deno would stop a person at a terminal with a question. */
export function may(permission: Deno.PermissionDescriptor): boolean {
  return Deno.permissions.querySync(permission).state === "granted";
}

/** Runs a program without a shell and without input. Undefined: there is no such program, or it may not be run. */
export async function run(program: string, args: string[], options: RunOptions = {}): Promise<Ended | undefined> {
  if (!may({ name: "run", command: program })) return undefined;
  const aborter = new AbortController();
  const timer = options.timeout === undefined ? undefined : setTimeout(() => aborter.abort(), options.timeout);
  try {
    const { clearEnv, env } = environment();
    const command = new Deno.Command(program, {
      args,
      clearEnv,
      env: { ...env, ...options.env },
      stdin: "null",
      signal: aborter.signal,
    });
    const { success, stdout, stderr } = await command.output();
    const decoder = new TextDecoder();
    return { success, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
  } catch (error) {
    const kinds = [Deno.errors.NotFound, Deno.errors.NotCapable, Deno.errors.PermissionDenied];
    if (kinds.some((kind) => error instanceof kind)) return undefined;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** Deno refuses to start a program under a narrow run permission where LD_LIBRARY_PATH is set (as on many GPU machines). */
function environment(): { clearEnv: boolean; env: Record<string, string> } {
  if (may({ name: "run" }) || !may({ name: "env" })) return { clearEnv: false, env: {} };
  const kept = Object.entries(Deno.env.toObject()).filter(([name]) => !/^(LD|DYLD)_/.test(name));
  return { clearEnv: true, env: Object.fromEntries(kept) };
}
