import { createTest, describe, expect, test, vi } from "mockvoice/vitest";
import { countInvoices, createInvoice } from "./invoices.js";

const names: string[] = [];

describe.each([1, 2])("run %i", () => {
  test("each test has its own sandbox", async ({ sandbox, workerSandbox, mockvoice }) => {
    expect(names).not.toContain(sandbox.name);
    expect(sandbox.name).toMatch(/^each-test-has-its-own-sandbox-[0-9a-f]{8}$/);
    names.push(sandbox.name);
    expect(workerSandbox.name).not.toBe(sandbox.name);
    expect(process.env["MOCKVOICE_URL"]).toBe(mockvoice.url);
  });
});

describe.each([1, 2])("run %i", (run) => {
  test("the tests of a worker share a sandbox", async ({ workerSandbox }) => {
    await createInvoice(workerSandbox);
    expect((await workerSandbox.verify("growcrm", "invoices.create")).length).toBe(run);
  });
});

test("a deleted sandbox is not deleted again", async ({ sandbox }) => {
  await sandbox.delete();
  await expect(sandbox.describe()).rejects.toMatchObject({ status: 404 });
});

createTest({ sandboxOptions: { data: "empty" } })(
  "fake timers do not matter",
  async ({ sandbox }) => {
    vi.useFakeTimers();
    try {
      expect(await countInvoices(sandbox)).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  },
);
