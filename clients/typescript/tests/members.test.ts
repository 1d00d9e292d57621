// All forms of declaring a test have the fixtures.

import { createTest, describe, expect, test as base } from "mockvoice/vitest";

const test = createTest({ sandboxOptions: { data: "empty", seed: 5 } });
const own = test.extend<{ seed: number }>({
  seed: async ({ sandbox }, use) => {
    await use((await sandbox.describe()).seed);
  },
});

test.for([1, 2])("a test for the value %i", async (value, { sandbox }) => {
  expect(value).toBeLessThan(3);
  expect((await sandbox.describe()).seed).toBe(5);
});

test.skip("a test that is skipped", () => {
  throw new Error("it must not run");
});

describe("fixtures of a project", () => {
  own("can use the sandbox", ({ seed }) => {
    expect(seed).toBe(5);
  });
});

base.runIf(true)("a test under a condition", ({ sandbox }) => {
  expect(sandbox.name).toMatch(/^a-test-under-a-condition-/);
});
