/** The status and output of a program that has ended. */
export interface ProcessOutput {
  readonly success: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** Options of {@linkcode run}. */
export interface RunOptions {
  /** The program is killed after so many milliseconds. */
  readonly timeout?: number;
  readonly env?: Record<string, string>;
}

/** Whether a permission is granted. Without asking first, Deno would prompt a person at a terminal. */
export function isPermitted(permission: Deno.PermissionDescriptor): boolean {
  return Deno.permissions.querySync(permission).state === "granted";
}

/** Runs a program without a shell and without input. It returns undefined if the program does not exist or is not permitted. */
export async function run(
  program: string,
  args: string[],
  options: RunOptions = {},
): Promise<ProcessOutput | undefined> {
  if (!isPermitted({ name: "run", command: program })) return undefined;
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

/** Leaves out LD_LIBRARY_PATH and its like: under a narrow run permission Deno starts no program with them. */
function environment(): { clearEnv: boolean; env: Record<string, string> } {
  if (isPermitted({ name: "run" }) || !isPermitted({ name: "env" })) return { clearEnv: false, env: {} };
  const kept = Object.entries(Deno.env.toObject()).filter(([name]) => !/^(LD|DYLD)_/.test(name));
  return { clearEnv: true, env: Object.fromEntries(kept) };
}
