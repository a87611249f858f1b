import type { Installation } from "../install.ts";
import { pipFrom } from "./fake_wheel.ts";

/** A process that installs with pip from a folder of wheels, and its output. */
export class Installer implements Disposable {
  readonly #process: Deno.ChildProcess;
  readonly #lines: ReadableStreamDefaultReader<string>;
  #rest = "";

  constructor(installation: Omit<Installation, "onProgress">, index: string, halt = "") {
    const script = new URL("install_process.ts", import.meta.url);
    this.#process = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--allow-all", script.href, JSON.stringify(installation), halt],
      env: pipFrom(index),
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    this.#lines = this.#process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** Waits until it has printed a line. */
  async until(line: string): Promise<void> {
    while (!`\n${this.#rest}`.includes(`\n${line}\n`)) {
      const { value, done } = await this.#lines.read();
      if (done) throw new Error(`the process ended without "${line}": ${this.#rest}`);
      this.#rest += value;
    }
  }

  /** Continues where it waits, and returns its output at the end. */
  async end(): Promise<string> {
    const writer = this.#process.stdin.getWriter();
    await writer.write(new Uint8Array(1)).catch(() => {});
    await writer.close().catch(() => {});
    for (let read; !(read = await this.#lines.read()).done;) this.#rest += read.value;
    await this.#process.status;
    return this.#rest.trim().split("\n").at(-1) ?? "";
  }

  async kill(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#process.status;
    await this.#lines.cancel();
    await this.#process.stdin.abort().catch(() => {});
  }

  [Symbol.dispose](): void {
    try {
      this.#process.kill("SIGKILL");
    } catch {
      // It has ended.
    }
  }
}
