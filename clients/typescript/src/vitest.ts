/** Fixtures for vitest: `test` with a sandbox for each test. */

import { test as base, type TestAPI } from "vitest";
import {
  deleteSandbox,
  type FixtureOptions,
  type Fixtures,
  startForTests,
  uniqueName,
  withSandbox,
} from "./fixtures.js";

export { afterAll, afterEach, beforeAll, beforeEach, describe, expect, vi } from "vitest";
export type { FixtureOptions, Fixtures } from "./fixtures.js";

/** A `test` whose server and sandboxes have these options. */
export function createTest(options: FixtureOptions = {}): TestAPI<Fixtures> {
  return base.extend<Fixtures>({
    mockvoice: [
      async ({}, use) => {
        const mock = await startForTests(options.mockvoiceOptions);
        await use(mock);
        await mock.stop();
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
      await withSandbox(mockvoice, task.name, options.sandboxOptions, use);
    },
  });
}

/** `test` with the fixtures `sandbox`, `workerSandbox` and `mockvoice`. */
export const test: TestAPI<Fixtures> = createTest();
