import { ControlApiError, ServerUnavailable, startMockvoice } from "mockvoice";
import { createTest, expect, test } from "mockvoice/vitest";
import { countInvoices, createInvoice } from "./invoices.js";

const emptyTest = createTest({
  sandboxOptions: { data: "empty", now: "2026-03-01T09:00:00Z", seed: 7, frozen: true },
});

test("a sandbox has base URLs and the credentials of each vendor", async ({ sandbox }) => {
  const names = { count: sandbox.count, growcrm: sandbox.growcrm, halo: sandbox.halo };
  expect(Object.keys(names.count.credentials).sort()).toEqual(
    ["access_token", "client_id", "client_secret", "refresh_token"].sort(),
  );
  expect(Object.keys(names.growcrm.credentials)).toEqual(["api_key"]);
  expect(Object.keys(names.halo.credentials).sort()).toEqual(
    ["access_token", "client_id", "client_secret"].sort(),
  );
  expect(Object.keys(sandbox.optiflow.credentials).sort()).toEqual(["owner", "viewer"]);
  expect(sandbox.vendor("growcrm").baseUrl).toBe(sandbox.growcrm.baseUrl);
  expect((await createInvoice(sandbox)).status).toBe(201);
});

test("a vendor that is not served is an error that lists the served ones", ({ sandbox }) => {
  expect(() => sandbox.vendor("growcmr")).toThrow(
    "this server does not serve 'growcmr'; served vendors: count, growcrm, halo, optiflow",
  );
});

test("variables have the names that the command env prints", ({ sandbox }) => {
  expect(sandbox.env).toMatchObject({
    GROWCRM_BASE_URL: sandbox.growcrm.baseUrl,
    GROWCRM_API_KEY: sandbox.growcrm.credentials.api_key,
    HALO_CLIENT_ID: sandbox.halo.credentials.client_id,
  });
});

emptyTest("options set the initial state", async ({ sandbox }) => {
  expect(await sandbox.clock.now()).toEqual(new Date("2026-03-01T09:00:00Z"));
  expect(await sandbox.describe()).toMatchObject({ seed: 7, frozen: true });
  expect(await countInvoices(sandbox)).toBe(0);
});

emptyTest("the clock is set, advanced, frozen and thawed", async ({ sandbox }) => {
  const { clock } = sandbox;
  expect(await clock.advance({ days: 1, hours: 2 })).toEqual(new Date("2026-03-02T11:00:00Z"));
  expect(await clock.set(new Date("2026-05-01T00:00:00Z"))).toEqual(
    new Date("2026-05-01T00:00:00Z"),
  );
  expect(await clock.freeze("2026-06-01T00:00:00Z")).toEqual(new Date("2026-06-01T00:00:00Z"));
  await clock.thaw();
  expect((await sandbox.describe()).frozen).toBe(false);
  await clock.freeze();
  expect((await sandbox.describe()).frozen).toBe(true);
});

test("a snapshot is compared and restored", async ({ sandbox }) => {
  const before = await countInvoices(sandbox);
  expect((await sandbox.snapshot("before")).name).toBe("before");
  await createInvoice(sandbox);

  const { added, removed } = await sandbox.diff("before");
  expect(added.map(({ table }) => table)).toContain("invoices");
  expect(removed).toEqual([]);
  await sandbox.restore("before");
  expect(await countInvoices(sandbox)).toBe(before);
});

emptyTest("an exported state is imported into another sandbox", async ({ sandbox, mockvoice }) => {
  await sandbox.seed("growcrm", { clients: 1, invoices: 2 });
  const state = await sandbox.export();

  const other = await mockvoice.createSandbox({ data: "empty" });
  await other.import(state);
  expect(await countInvoices(other)).toBe(2);
  expect(await other.export()).toEqual(state);
  const third = await mockvoice.createSandbox({ data: state });
  expect(await countInvoices(third)).toBe(2);
  await Promise.all([other.delete(), third.delete()]);
});

test("a reset changes the initial state", async ({ sandbox }) => {
  await sandbox.reset({ data: "empty", now: new Date("2026-03-01T09:00:00Z"), frozen: true });

  expect(await countInvoices(sandbox)).toBe(0);
  expect(await sandbox.clock.now()).toEqual(new Date("2026-03-01T09:00:00Z"));
});

test("settings are read and changed by names in camelCase", async ({ sandbox, mockvoice }) => {
  expect(await sandbox.settings()).toMatchObject({ quirks: "strict", signatureClock: "either" });
  expect(await sandbox.settings({ tokenClock: "real" })).toMatchObject({ tokenClock: "real" });

  const other = await mockvoice.createSandbox({ settings: { signatureClock: "real" } });
  expect(await other.settings()).toMatchObject({ signatureClock: "real" });
  await other.delete();
});

emptyTest("a vendor is seeded", async ({ sandbox }) => {
  const counts = await sandbox.seed("growcrm", { clients: 2, invoices: 3, locale: "en_US" });

  expect(counts).toMatchObject({ clients: 2, invoices: 3 });
});

test("e-mails are in the outbox", async ({ sandbox }) => {
  const since = await sandbox.clock.now();
  const { id } = ((await (await createInvoice(sandbox)).json()) as { data: { id: number } }).data;
  const headers = { Authorization: `Bearer ${sandbox.growcrm.credentials.api_key}` };
  const url = `${sandbox.growcrm.baseUrl}/api/invoices/${id}`;
  expect((await fetch(`${url}/publish`, { method: "PUT", headers })).status).toBe(200);

  const messages = await sandbox.outbox({ vendor: "growcrm", since });
  expect(messages.map(({ about }) => about)).toContain(`invoices/${id}`);
});

test("sandboxes are isolated, and end with the test", async ({ sandbox, mockvoice }) => {
  let name: string;
  {
    await using other = await mockvoice.createSandbox({ name: "other-one", ttlSeconds: 60 });
    name = other.name;
    expect(other.growcrm.credentials.api_key).not.toBe(sandbox.growcrm.credentials.api_key);
    expect((await mockvoice.sandbox(name)).env).toEqual(other.env);
  }
  const lookup = mockvoice.sandbox(name);
  await expect(lookup).rejects.toThrow(ControlApiError);
  await expect(lookup).rejects.toMatchObject({ status: 404, code: "sandbox_not_found" });
  await expect(lookup).rejects.toThrow("There is no sandbox 'other-one'");
});

test("a server that does not respond is named", async () => {
  const start = startMockvoice({ url: "http://127.0.0.1:9" });
  await expect(start).rejects.toThrow(ServerUnavailable);
  await expect(start).rejects.toThrow("no mock server responds at http://127.0.0.1:9: ");
  await expect(startMockvoice({ url: "localhost:8080" })).rejects.toThrow("begin it with http://");
});

test("a server that is not a mock is named", async ({ sandbox }) => {
  const url = sandbox.growcrm.baseUrl;

  await expect(startMockvoice({ url })).rejects.toThrow(
    `the server at ${url} is not a mock server`,
  );
});
