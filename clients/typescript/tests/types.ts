// Uses that must not compile, beside those that do; only the types are checked.

import { startMockvoice, type Sandbox } from "mockvoice";

export async function correct(sandbox: Sandbox): Promise<void> {
  const mock = await startMockvoice({ vendors: ["growcrm", "bell"], seed: 1 });
  await mock.createSandbox({ ttlSeconds: 60, settings: { quirks: "strict", webhooks: "collect" } });
  await startMockvoice({ url: "http://127.0.0.1:8080", controlToken: "token" });
  await startMockvoice({ container: "mockvoice", journalSize: 5 });
  await sandbox.faults.add(
    { kind: "webhook", how: "delay", seconds: 5 },
    { vendor: "count", times: 1 },
  );
  await sandbox.faults.add({ kind: "rate_limit", limit: 3, window_seconds: 60 });
  const status: number | null | undefined = (await sandbox.journal({ status: "4xx" }))[0]?.status;
  const key: string = sandbox.growcrm.credentials.api_key;
  const other: string | undefined = sandbox.vendor("bell").credentials["token"];
  void [status, key, other];
}

export async function wrong(sandbox: Sandbox): Promise<void> {
  // @ts-expect-error -- no such option of a server
  await startMockvoice({ vendor: ["growcrm"] });
  // @ts-expect-error -- a running server takes no options of serve
  await startMockvoice({ url: "http://127.0.0.1:8080", seed: 1 });
  const mock = await startMockvoice();
  // @ts-expect-error -- the option is ttlSeconds
  await mock.createSandbox({ ttl_seconds: 60 });
  // @ts-expect-error -- no such setting
  await sandbox.settings({ quirk: "strict" });
  // @ts-expect-error -- no such vendor among those of Mockvoice
  void sandbox.growcmr;
  // @ts-expect-error -- Grow CRM has no such credential
  void sandbox.growcrm.credentials.apiKey;
  // @ts-expect-error -- no such kind of fault
  await sandbox.faults.add({ kind: "crash" });
  // @ts-expect-error -- a status needs its number
  await sandbox.faults.add({ kind: "status" });
  // @ts-expect-error -- the member is atLeast
  await sandbox.verify("growcrm", "invoices.create", { at_least: 1 });
  // @ts-expect-error -- no such filter
  await sandbox.journal({ colour: "red" });
  // @ts-expect-error -- no such span
  await sandbox.clock.advance({ weeks: 1 });
  // @ts-expect-error -- no such state of a delivery
  await sandbox.webhooks.list({ state: "lost" });
  // @ts-expect-error -- an entry has no such member
  void (await sandbox.journal())[0]?.duration;
}
