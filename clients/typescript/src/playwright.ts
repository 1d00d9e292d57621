/** Fixtures for Playwright: `test` with a sandbox for each test. */

import {
  test as base,
  type PlaywrightTestArgs,
  type PlaywrightTestOptions,
  type PlaywrightWorkerArgs,
  type PlaywrightWorkerOptions,
  type TestType,
} from "@playwright/test";
import {
  DEFAULT_REPORTED_REQUESTS,
  deleteSandbox,
  failureReport,
  type FixtureOptions,
  type Fixtures,
  START_TIMEOUT_MS,
  startForTests,
  uniqueName,
  withSandbox,
} from "./fixtures.js";

export { expect } from "@playwright/test";
export type { FixtureOptions, Fixtures } from "./fixtures.js";

type TestFixtures = Pick<Fixtures, "sandbox"> &
  Required<Pick<FixtureOptions, "sandboxOptions" | "reportedRequests">>;
type WorkerScope = Pick<Fixtures, "workerSandbox" | "mockvoice"> &
  Required<Pick<FixtureOptions, "mockvoiceOptions">>;

/** `test` with the fixtures `sandbox`, `workerSandbox` and `mockvoice`, and options for `test.use`. */
export const test: TestType<
  PlaywrightTestArgs & PlaywrightTestOptions & TestFixtures,
  PlaywrightWorkerArgs & PlaywrightWorkerOptions & WorkerScope
> = base.extend<TestFixtures, WorkerScope>({
  sandboxOptions: [{}, { option: true }],
  reportedRequests: [DEFAULT_REPORTED_REQUESTS, { option: true }],
  mockvoiceOptions: [{}, { option: true, scope: "worker" }],
  mockvoice: [
    async ({ mockvoiceOptions }, use) => {
      const mock = await startForTests(mockvoiceOptions);
      await use(mock);
      await mock.stop();
    },
    { scope: "worker", timeout: START_TIMEOUT_MS },
  ],
  workerSandbox: [
    async ({ mockvoice }, use) => {
      const sandbox = await mockvoice.createSandbox({ name: uniqueName("worker") });
      await use(sandbox);
      await deleteSandbox(sandbox);
    },
    { scope: "worker" },
  ],
  sandbox: async ({ mockvoice, sandboxOptions, reportedRequests }, use, testInfo) => {
    await withSandbox(mockvoice, testInfo.title, sandboxOptions, async (sandbox) => {
      await use(sandbox);
      if (testInfo.status === testInfo.expectedStatus) return;
      const body = await failureReport(mockvoice, sandbox, reportedRequests);
      if (body) await testInfo.attach("mockvoice", { body, contentType: "text/plain" });
    });
  },
});
