import { ControlApiError, DeliveryError } from "mockvoice";
import { createTest, expect, vi } from "mockvoice/vitest";
import { createCustomer, startReceiver, subscribe } from "./count.js";

const EVENT = "customer.created";
const test = createTest({ sandboxOptions: { data: "empty" } });

test("a delivery is waited for, read and sent again", async ({ sandbox }) => {
  const receiver = await startReceiver();
  await subscribe(sandbox, receiver.url);
  await createCustomer(sandbox);
  const delivery = await sandbox.webhooks.waitFor(EVENT, { vendor: "count" });

  expect(delivery).toMatchObject({ state: "delivered", event: EVENT, url: receiver.url });
  expect(receiver.received).toEqual([delivery.request.body]);
  expect(await sandbox.webhooks.get(delivery.id)).toEqual(delivery);
  expect(await sandbox.webhooks.list({ state: "delivered", limit: 5 })).toEqual([delivery]);
  const again = await sandbox.webhooks.redeliver(delivery.id, { signAgain: false });
  expect(again.attempts.map(({ cause }) => cause)).toEqual(["event", "redelivery"]);
  await createCustomer(sandbox);
  const later = await sandbox.webhooks.waitFor(EVENT, { after: delivery.id });
  expect(later.id).not.toBe(delivery.id);
  receiver.close();
});

test("a delivery is collected by a setting", async ({ sandbox }) => {
  await sandbox.settings({ webhooks: "collect" });
  await subscribe(sandbox, "https://hooks.example.com/count");
  await createCustomer(sandbox);

  vi.useFakeTimers();
  try {
    expect((await sandbox.webhooks.waitFor(EVENT)).state).toBe("collected");
  } finally {
    vi.useRealTimers();
  }
});

test("a fault sends a delivery twice", async ({ sandbox }) => {
  const receiver = await startReceiver();
  await sandbox.faults.add({ kind: "webhook", how: "duplicate" }, { vendor: "count", times: 1 });
  await subscribe(sandbox, receiver.url);
  await createCustomer(sandbox);

  await vi.waitFor(() => expect(receiver.received.length).toBe(2), 10_000);
  expect(receiver.received[0]).toBe(receiver.received[1]);
  receiver.close();
});

test("the wait ends at once if no delivery can be accepted any more", async ({ sandbox }) => {
  await subscribe(sandbox, "https://hooks.example.com/count");
  await createCustomer(sandbox);
  const wait = sandbox.webhooks.waitFor(EVENT, { timeoutMs: 600_000 });

  await expect(wait).rejects.toThrow(DeliveryError);
  await expect(wait).rejects.toThrow(
    /no delivery of customer\.created was accepted; the newest deliveries are:\n {2}count-1 customer\.created to https:\/\/hooks\.example\.com\/count: not_attempted \(Only loopback/,
  );
});

test("the end of the time lists the deliveries", async ({ sandbox }) => {
  await expect(sandbox.webhooks.waitFor(EVENT, { timeoutMs: 0 })).rejects.toThrow(
    "no delivery of customer.created was accepted within 0 ms; there are no deliveries",
  );
  const receiver = await startReceiver(500);
  await sandbox.clock.freeze();
  await subscribe(sandbox, receiver.url);
  await createCustomer(sandbox);
  await vi.waitFor(() => expect(receiver.received.length).toBe(1), 10_000);

  await expect(sandbox.webhooks.waitFor(EVENT, { timeoutMs: 500 })).rejects.toThrow(
    `count-1 ${EVENT} to ${receiver.url}: waiting after 1 attempt (status 500`,
  );
  receiver.close();
});

test("unknown events and deliveries are errors", async ({ sandbox }) => {
  await expect(sandbox.webhooks.waitFor("invoice.lost")).rejects.toThrow(ControlApiError);
  await expect(sandbox.webhooks.redeliver("count-9")).rejects.toThrow("'count-9'");
});
