/** A server in a process that ends with this one. */

import { type ChildProcess, spawn } from "node:child_process";
import { ServerStartError } from "./errors.js";
import { monotonicMs, sleep } from "./timers.js";

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 5_000;
const POLL_MS = 10;
const MAX_LOG_CHARACTERS = 20_000;
/** Prefixes of variables of the test run that must not affect the server. */
const EXCLUDED = ["MOCKVOICE_", "PYTHONWARNINGS", "PYTHONSTARTUP", "COVERAGE_PROCESS_"];

/**
 * A started process of a server.
 *
 * The server stops when its standard input is closed, which also happens if this process is killed.
 */
export class ChildServer {
  readonly #process: ChildProcess;
  #log = "";
  #end: string | undefined;

  constructor(program: string, args: string[], variables: Record<string, string> = {}) {
    this.#process = spawn(program, args, {
      stdio: ["pipe", "ignore", "pipe"],
      env: { ...serverEnvironment(), ...variables },
      // Ctrl-C must not stop the server: the tests need it to clean up.
      detached: true,
      windowsHide: true,
    });
    this.#watch();
    this.#unref();
  }

  /** Wait until `probe` returns a result. If it fails, or the process ends or takes too long, rejects. */
  async ready<Result>(probe: () => Promise<Result | undefined>): Promise<Result> {
    try {
      return await this.#poll(probe);
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async #poll<Result>(probe: () => Promise<Result | undefined>): Promise<Result> {
    const end = monotonicMs() + START_TIMEOUT_MS;
    for (;;) {
      const result = await probe();
      if (result !== undefined) return result;
      if (this.#end !== undefined) {
        throw new ServerStartError(`the server did not start: ${this.#reason()}`);
      }
      if (monotonicMs() > end) {
        throw new ServerStartError(
          `the server was not ready after ${START_TIMEOUT_MS / 1000} s: ${this.#reason()}`,
        );
      }
      await sleep(POLL_MS);
    }
  }

  /** Stop the process, and wait for its end. */
  async stop(): Promise<void> {
    this.#process.stdin?.end();
    if (!(await this.#hasEnded(STOP_TIMEOUT_MS))) {
      this.#process.kill("SIGKILL");
      await this.#hasEnded(STOP_TIMEOUT_MS);
    }
  }

  async #hasEnded(milliseconds: number): Promise<boolean> {
    const end = monotonicMs() + milliseconds;
    while (this.#end === undefined && monotonicMs() < end) await sleep(POLL_MS);
    return this.#end !== undefined;
  }

  #watch(): void {
    this.#process.once("error", (error) => {
      this.#end = error.message;
    });
    // "close" comes after all of the output.
    this.#process.once("close", (code, signal) => {
      this.#end ??= `it ended with ${signal ?? `exit code ${code}`}`;
    });
    this.#process.stdin?.on("error", () => undefined); // the server may have closed it first
    this.#process.stderr?.setEncoding("utf-8").on("data", (text: string) => {
      this.#log = (this.#log + text).slice(-MAX_LOG_CHARACTERS);
    });
  }

  /** Let this process end although the server runs; the server then ends, too. */
  #unref(): void {
    this.#process.unref();
    for (const stream of [this.#process.stdin, this.#process.stderr]) {
      (stream as { unref?: () => void } | null)?.unref?.();
    }
  }

  #reason(): string {
    return this.#log.trim().replace(/^mockvoice: /, "") || (this.#end ?? "its log is empty");
  }
}

function serverEnvironment(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env);
  return Object.fromEntries(
    entries.filter(([name]) => !EXCLUDED.some((prefix) => name.startsWith(prefix))),
  );
}
