/** What the fixtures of all test frameworks share: a server and a sandbox for each worker. */

import { randomBytes } from "node:crypto";
import type { SandboxOptions } from "./contract.js";
import { ControlApiError, ServerUnavailable } from "./errors.js";
import { renderRequests } from "./failure-report.js";
import type { Sandbox } from "./sandbox.js";
import { type Mockvoice, startMockvoice, type StartOptions } from "./server.js";

const MAX_NAME_PREFIX = 48;
/** The time that the frameworks allow for the start of a server, which reports its own failure before. */
export const START_TIMEOUT_MS = 65_000;
export const DEFAULT_REPORTED_REQUESTS = 5;

/** What a test gets. */
export interface Fixtures {
  /** A fresh sandbox for this test. */
  sandbox: Sandbox;
  /** One sandbox for all tests of a worker. */
  workerSandbox: Sandbox;
  /** The server, for further sandboxes. */
  mockvoice: Mockvoice;
}

/** Options of the fixtures. */
export interface FixtureOptions {
  /** The server to start, unless `MOCKVOICE_URL` is set. */
  mockvoiceOptions?: StartOptions;
  /** The initial state of each test's sandbox. */
  sandboxOptions?: Omit<SandboxOptions, "name">;
  /** How many of the last requests a failed test shows; 5 by default. */
  reportedRequests?: number;
}

/** The server at `MOCKVOICE_URL`, or one that is started. */
export function startForTests(options: StartOptions = {}): Promise<Mockvoice> {
  // A global setup has started one with these options already.
  return startMockvoice(process.env["MOCKVOICE_URL"] ? {} : options);
}

/** The last requests of a failed test as text; undefined if none are to be shown. */
export async function failureReport(
  mock: Mockvoice,
  sandbox: Sandbox,
  limit = DEFAULT_REPORTED_REQUESTS,
): Promise<string | undefined> {
  return limit > 0 ? renderRequests(mock, sandbox, limit) : undefined;
}

/** Create a sandbox for a block, with a unique name that begins with the test's name. */
export async function withSandbox(
  mock: Mockvoice,
  testName: string,
  options: Omit<SandboxOptions, "name"> | undefined,
  use: (sandbox: Sandbox) => Promise<void>,
): Promise<void> {
  const sandbox = await mock.createSandbox({ ...options, name: uniqueName(testName) });
  try {
    await use(sandbox);
  } finally {
    await deleteSandbox(sandbox);
  }
}

/** The server and the sandbox of one worker, both created at the first use. */
export class WorkerFixtures {
  #mock: Promise<Mockvoice> | undefined;
  #sandbox: Promise<Sandbox> | undefined;

  constructor(private readonly options: FixtureOptions) {}

  mockvoice(): Promise<Mockvoice> {
    this.#mock ??= startForTests(this.options.mockvoiceOptions);
    return this.#mock;
  }

  workerSandbox(): Promise<Sandbox> {
    this.#sandbox ??= this.mockvoice().then((mock) =>
      mock.createSandbox({ ...this.options.sandboxOptions, name: uniqueName("worker") }),
    );
    return this.#sandbox;
  }

  /** Run a test with a sandbox of its own. */
  async run(testName: string, body: (fixtures: Fixtures) => unknown): Promise<void> {
    const [mockvoice, workerSandbox] = [await this.mockvoice(), await this.workerSandbox()];
    await withSandbox(mockvoice, testName, this.options.sandboxOptions, async (sandbox) => {
      try {
        await body({ sandbox, workerSandbox, mockvoice });
      } catch (error) {
        await this.#report(mockvoice, sandbox);
        throw error;
      }
    });
  }

  async #report(mock: Mockvoice, sandbox: Sandbox): Promise<void> {
    const report = await failureReport(mock, sandbox, this.options.reportedRequests);
    if (report) process.stderr.write(`${report}\n`);
  }

  /** Delete the worker's sandbox, and stop the server if it was started here. */
  async stop(): Promise<void> {
    // Where one could not be created, the tests that need it have failed with the reason.
    const [mock, sandbox] = await Promise.allSettled([this.#mock, this.#sandbox]);
    this.#mock = this.#sandbox = undefined;
    if (sandbox.status === "fulfilled" && sandbox.value) await deleteSandbox(sandbox.value);
    if (mock.status === "fulfilled") await mock.value?.stop();
  }
}

/** Delete a sandbox, unless the test did so or stopped the server. */
export async function deleteSandbox(sandbox: Sandbox): Promise<void> {
  try {
    await sandbox.delete();
  } catch (error) {
    if (!(error instanceof ServerUnavailable || isNotFound(error))) throw error;
  }
}

/** A sandbox name that begins with the readable part of a test's name. */
export function uniqueName(testName: string): string {
  const readable = testName.replace(/[^A-Za-z0-9_-]+/g, "-").slice(0, MAX_NAME_PREFIX);
  return `${readable.replace(/^-+|-+$/g, "") || "sandbox"}-${randomBytes(4).toString("hex")}`;
}

function isNotFound(error: unknown): boolean {
  return error instanceof ControlApiError && error.status === 404;
}
