import { VerificationError } from "mockvoice";
import { expect, test } from "mockvoice/vitest";
import { createInvoice, crm } from "./invoices.js";

test("received requests are verified", async ({ sandbox }) => {
  await createInvoice(sandbox);
  const body = { bill_clientid: 1 };

  const [id] = await sandbox.verify("growcrm", "invoices.create", {
    body,
    status: "2xx",
    times: 1,
  });
  await sandbox.verify("growcrm", "payments.create", { atLeast: 0, atMost: 0 });
  const [entry] = await sandbox.journal({ operation: "invoices.create", body, since: 0 });
  expect(entry).toMatchObject({ id, status: 201, method: "POST" });
  expect(await sandbox.journal({ until: "2000-01-01T00:00:00Z" })).toEqual([]);
});

test("a failed verification shows the nearest requests and their differences", async ({
  sandbox,
}) => {
  const verify = (times?: number) =>
    sandbox.verify("growcrm", "invoices.create", {
      body: { bill_due_date: "2026-04-01" },
      ...(times !== undefined && { times }),
    });
  await expect(verify()).rejects.toThrow(
    "0 requests of growcrm invoices.create match, expected at least 1\nthe journal has no request",
  );
  await createInvoice(sandbox);
  const failure = verify(2);

  await expect(failure).rejects.toThrow(VerificationError);
  await expect(failure).rejects.toMatchObject({ name: "VerificationError", result: { count: 0 } });
  await expect(failure).rejects.toThrow(
    /0 requests of growcrm invoices.create match, expected 2\nrequest \d+:\n {2}body.bill_due_date is "2026-03-31", expected "2026-04-01"/,
  );
});

test("too many requests are listed", async ({ sandbox }) => {
  await createInvoice(sandbox);
  const [id] = await sandbox.verify("growcrm");

  await expect(sandbox.verify("growcrm", undefined, { atMost: 0 })).rejects.toThrow(
    `1 request of growcrm matches, expected at most 0\nmatching: ${id}`,
  );
});

test("faults are added, listed and deleted", async ({ sandbox }) => {
  const fault = await sandbox.faults.add(
    { kind: "status", status: 503 },
    { vendor: "growcrm", times: 2 },
  );
  expect((await createInvoice(sandbox)).status).toBe(503);
  expect(await sandbox.faults.list()).toMatchObject([{ id: fault.id, struck: 1, remaining: 1 }]);
  await sandbox.faults.delete(fault);
  expect((await createInvoice(sandbox)).status).toBe(201);

  await sandbox.faults.add({ kind: "drop" });
  await expect(createInvoice(sandbox)).rejects.toThrow("fetch failed");
  await sandbox.faults.clear();
  expect(await sandbox.faults.list()).toEqual([]);
});

test("a stubbed response takes the place of the real one", async ({ sandbox }) => {
  const headers = { "X-Reason": "busy" };
  await sandbox.faults.answer("growcrm", "invoices.create", {
    status: 409,
    body: { message: "Busy." },
    headers,
    match: { body: { bill_clientid: 1 } },
    times: 1,
  });

  const response = await createInvoice(sandbox);
  expect([response.status, response.headers.get("X-Reason")]).toEqual([409, "busy"]);
  expect(await response.json()).toEqual({ message: "Busy." });
  expect((await createInvoice(sandbox)).status).toBe(201);
});

test("a stubbed response with a name needs the header", async ({ sandbox }) => {
  await sandbox.faults.answer("growcrm", "invoices.search", { status: 202, name: "later" });
  const headers = { Authorization: `Bearer ${sandbox.growcrm.credentials.api_key}` };

  expect((await crm(sandbox, "invoices")).status).toBe(200);
  const named = { headers: { ...headers, "X-Mock-Fault": "answer=later" } };
  expect((await crm(sandbox, "invoices", named)).status).toBe(202);
});

test("effects of a sequence take turns", async ({ sandbox }) => {
  await sandbox.faults.sequence("growcrm", "invoices.create", [
    { kind: "status", status: 503 },
    { kind: "answer", status: 202 },
  ]);

  const statuses = [];
  for (let turn = 0; turn < 3; turn += 1) statuses.push((await createInvoice(sandbox)).status);
  expect(statuses).toEqual([503, 202, 201]);
});
