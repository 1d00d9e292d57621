/** Fixtures for Jest: `test` with a sandbox for each test. */

import {
  type FixtureOptions,
  type Fixtures,
  WorkerFixtures,
  START_TIMEOUT_MS,
} from "./fixtures.js";

export type { FixtureOptions, Fixtures } from "./fixtures.js";

/** A test of Jest that gets fixtures. */
export type FixtureTest = (
  name: string,
  body: (fixtures: Fixtures) => unknown,
  timeoutMs?: number,
) => void;

type Declare = (name: string, body: () => Promise<void>, timeoutMs?: number) => void;
type Hook = (body: () => Promise<void>, timeoutMs?: number) => void;

// Declared here, so that neither Jest's types nor its globals have to be installed as a package.
interface JestGlobals {
  test: Declare & { only: Declare; skip: Declare };
  beforeEach: Hook;
  afterEach: Hook;
  afterAll: Hook;
}

/** A `test` whose server and sandboxes have these options; the server is stopped after the file. */
export function createTest(
  options: FixtureOptions = {},
): FixtureTest & { only: FixtureTest; skip: FixtureTest } {
  const worker = new WorkerFixtures(options);
  const { test: declare, afterAll } = jestGlobals();
  afterAll(() => worker.stop());
  const wrap = (declareTest: Declare): FixtureTest => {
    return (name, body, timeoutMs = START_TIMEOUT_MS) =>
      declareTest(name, () => worker.run(name, body), timeoutMs);
  };
  return Object.assign(wrap(declare), { only: wrap(declare.only), skip: wrap(declare.skip) });
}

/** `test` with the fixtures `sandbox`, `workerSandbox` and `mockvoice`. */
export const test = createTest();

/**
 * Register hooks that create a sandbox for each test of this file or this block.
 *
 * The members of the result are those of the current test.
 */
export function useMockvoice(options: FixtureOptions = {}): Readonly<Fixtures> {
  const worker = new WorkerFixtures(options);
  const { beforeEach, afterEach, afterAll } = jestGlobals();
  let current: RunningTest | undefined;
  beforeEach(async () => {
    current = await beginTest(worker);
  }, START_TIMEOUT_MS);
  afterEach(async () => {
    await current?.finish();
    current = undefined;
  });
  afterAll(() => worker.stop());
  return currentFixtures(() => current?.fixtures);
}

interface RunningTest {
  fixtures: Fixtures;
  /** Delete the sandbox. */
  finish: () => Promise<void>;
}

/** Create the fixtures of a test that goes on after this function. */
function beginTest(worker: WorkerFixtures): Promise<RunningTest> {
  return new Promise((begun, failed) => {
    let end: () => void;
    const ended = new Promise<void>((resolve) => (end = resolve));
    const run = worker.run("sandbox", (fixtures) => {
      const finish = () => {
        end();
        return run;
      };
      begun({ fixtures, finish });
      return ended;
    });
    run.catch(failed);
  });
}

function currentFixtures(read: () => Fixtures | undefined): Readonly<Fixtures> {
  const get = <Name extends keyof Fixtures>(name: Name): Fixtures[Name] => {
    const current = read();
    if (current) return current[name];
    throw new Error(`${name} exists only during a test; use it in a test or in beforeEach`);
  };
  return {
    get sandbox() {
      return get("sandbox");
    },
    get workerSandbox() {
      return get("workerSandbox");
    },
    get mockvoice() {
      return get("mockvoice");
    },
  };
}

function jestGlobals(): JestGlobals {
  const globals = globalThis as unknown as Partial<JestGlobals>;
  if (globals.test && globals.beforeEach && globals.afterEach && globals.afterAll) {
    return globals as JestGlobals;
  }
  throw new Error(
    "mockvoice/jest needs Jest's global functions: import it in a test file, with injectGlobals",
  );
}
