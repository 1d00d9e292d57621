/** Fixtures for vitest: `test` with a sandbox for each test. */

import { beforeAll, test as base, type TestAPI } from "vitest";
import {
  deleteSandbox,
  failureReport,
  type FixtureOptions,
  type Fixtures,
  START_TIMEOUT_MS,
  startForTests,
  uniqueName,
  withSandbox,
} from "./fixtures.js";
import type { Mockvoice } from "./server.js";

export { afterAll, afterEach, beforeAll, beforeEach, describe, expect, vi } from "vitest";
export type { FixtureOptions, Fixtures } from "./fixtures.js";

/** Members of `test` that do not declare a test to run. */
const PASSIVE = new Set<string | symbol>(["extend", "skip", "todo", "describe", "suite"]);

/** A `test` whose server and sandboxes have these options. */
export function createTest(options: FixtureOptions = {}): TestAPI<Fixtures> {
  let started: Promise<Mockvoice> | undefined;
  const start = () => (started ??= startForTests(options.mockvoiceOptions));
  const stop = async (mock: Mockvoice) => {
    started = undefined;
    await mock.stop();
  };
  return startingBeforeTests(createFixtures(options, start, stop), start);
}

/** The start counts as a part of the first test that waits for it, so a hook starts the server. */
function startingBeforeTests(test: TestAPI<Fixtures>, start: () => unknown): TestAPI<Fixtures> {
  let isRegistered = false;
  const register = () => {
    if (isRegistered) return;
    isRegistered = true;
    beforeAll(async () => {
      await start();
    }, START_TIMEOUT_MS);
  };
  return new Proxy(test, {
    apply(target, self, args) {
      register();
      return Reflect.apply(target, self, args) as unknown;
    },
    get(target, name, receiver) {
      if (Object.hasOwn(target, name) && !PASSIVE.has(name)) register();
      return Reflect.get(target, name, receiver) as unknown;
    },
  });
}

function createFixtures(
  options: FixtureOptions,
  start: () => Promise<Mockvoice>,
  stop: (mock: Mockvoice) => Promise<void>,
): TestAPI<Fixtures> {
  return base.extend<Fixtures>({
    mockvoice: [
      async ({}, use) => {
        const mock = await start();
        await use(mock);
        await stop(mock);
      },
      { scope: "worker" },
    ],
    workerSandbox: [
      async ({ mockvoice }, use) => {
        const name = uniqueName("worker");
        const sandbox = await mockvoice.createSandbox({ ...options.sandboxOptions, name });
        await use(sandbox);
        await deleteSandbox(sandbox);
      },
      { scope: "worker" },
    ],
    sandbox: async ({ mockvoice, task }, use) => {
      await withSandbox(mockvoice, task.name, options.sandboxOptions, async (sandbox) => {
        await use(sandbox);
        if (task.result?.state !== "fail") return;
        const report = await failureReport(mockvoice, sandbox, options.reportedRequests);
        if (report) process.stderr.write(`${report}\n`);
      });
    },
  });
}

/** `test` with the fixtures `sandbox`, `workerSandbox` and `mockvoice`. */
export const test: TestAPI<Fixtures> = createTest();
