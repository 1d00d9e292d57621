/** Fixtures for the test runner of Node.js: `test` with a sandbox for each test. */

import { after, test as declare, type TestContext, type TestOptions } from "node:test";
import { type FixtureOptions, type Fixtures, WorkerFixtures } from "./fixtures.js";

export { describe } from "node:test";
export type { FixtureOptions, Fixtures } from "./fixtures.js";

/** A test's fixtures, and its context of `node:test`. */
export type NodeFixtures = Fixtures & { context: TestContext };
type Body = (fixtures: NodeFixtures) => unknown;

/** A test of `node:test` that gets fixtures. */
export type FixtureTest = (name: string, body: Body, options?: TestOptions) => Promise<void>;

/** A `test` whose server and sandboxes have these options; the server is stopped after the file. */
export function createTest(options: FixtureOptions = {}): FixtureTest {
  const worker = new WorkerFixtures(options);
  after(() => worker.stop());
  return (name, body, testOptions = {}) =>
    declare(name, testOptions, (context) =>
      worker.run(name, (fixtures) => body({ ...fixtures, context })),
    );
}

/** `test` with the fixtures `sandbox`, `workerSandbox`, `mockvoice` and `context`. */
export const test: FixtureTest = createTest();
