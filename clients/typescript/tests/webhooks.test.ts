// A server of the test, because each state of a delivery is needed.

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { DeliveryError, type Delivery, startMockvoice, type Sandbox } from "mockvoice";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

const DELIVERY: Delivery = {
  id: "count-12",
  vendor: "count",
  delivery_id: "7f9c24e8-3b12-4fef-91e0-56a2d5a3a8d1",
  event: "invoice.updated",
  url: "http://127.0.0.1:9/hook",
  state: "delivered",
  reason: null,
  created_at: "2026-03-01T09:00:00Z",
  next_attempt_at: null,
  request: { method: "POST", url: "http://127.0.0.1:9/hook", headers: {}, body: "{}" },
  signature: null,
  attempts: [],
};
const FAILED: Delivery = {
  ...DELIVERY,
  state: "failed",
  reason: "5 attempts failed",
  attempts: [
    {
      at: "2026-03-01T09:00:01Z",
      cause: "retry",
      status: 500,
      error: null,
      duration_ms: 3.1,
      headers: {},
      response_body: "",
    },
  ],
};

let server: Server;
let sandbox: Sandbox;
let requests: string[];
let responses: unknown[];

beforeEach(async () => {
  requests = [];
  responses = [];
  server = createServer((request, response) => {
    void (async () => {
      const body = (await request.toArray()).join("");
      const path = request.url?.replace("/_mock/sandboxes/one", "");
      if (path === "/_mock/vendors") return response.end("[]");
      if (path === "/_mock/network") return response.end('{"proxy_url": null, "ca_file": null}');
      if (path === "") return response.end('{"name": "one", "credentials": {}}');
      requests.push(`${request.method} ${path} ${body}`.trim());
      // The last response is repeated.
      const [next] = responses.length > 1 ? responses.splice(0, 1) : responses;
      return response.end(JSON.stringify(next));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  sandbox = await (await startMockvoice({ url: `http://127.0.0.1:${port}` })).sandbox("one");
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

test("deliveries are listed by filters, read and sent again", async () => {
  responses = [[DELIVERY], DELIVERY, DELIVERY, DELIVERY];

  expect(await sandbox.webhooks.list({ vendor: "count", state: "delivered", limit: 5 })).toEqual([
    DELIVERY,
  ]);
  expect(await sandbox.webhooks.get("count-12")).toEqual(DELIVERY);
  await sandbox.webhooks.redeliver("count-12");
  await sandbox.webhooks.redeliver("count-12", { signAgain: true });
  expect(requests).toEqual([
    "GET /webhooks/deliveries?vendor=count&state=delivered&limit=5",
    "GET /webhooks/deliveries/count-12",
    "POST /webhooks/deliveries/count-12/redeliver {}",
    'POST /webhooks/deliveries/count-12/redeliver {"sign_again":true}',
  ]);
});

test.each(["delivered", "collected"] as const)(
  "a delivery is waited for until it is %s",
  async (state) => {
    vi.useFakeTimers();
    try {
      responses = [[], [{ ...DELIVERY, state: "sending" }], [{ ...DELIVERY, state }]];

      const delivery = await sandbox.webhooks.waitFor("invoice.updated", { after: "count-11" });
      expect(delivery.state).toBe(state);
      expect(requests).toEqual(
        Array(3).fill("GET /webhooks/deliveries?event=invoice.updated&after=count-11"),
      );
    } finally {
      vi.useRealTimers();
    }
  },
);

test("a failed delivery ends the wait at once", async () => {
  responses = [[FAILED]];

  const wait = sandbox.webhooks.waitFor("invoice.updated", { vendor: "count", timeoutMs: 60_000 });
  await expect(wait).rejects.toThrow(DeliveryError);
  await expect(wait).rejects.toThrow(
    "the delivery of invoice.updated failed: \n  count-12 invoice.updated to http://127.0.0.1:9/hook: failed, " +
      "5 attempts failed (last response: 500)",
  );
});

test.each(["dropped", "not_attempted"] as const)(
  "a delivery that is %s ends the wait",
  async (state) => {
    responses = [[{ ...DELIVERY, state }]];

    await expect(sandbox.webhooks.waitFor("invoice.updated")).rejects.toThrow(`hook: ${state}`);
  },
);

test("the end of the time lists all deliveries", async () => {
  responses = [[], [{ ...DELIVERY, event: "invoice.created" }]];

  await expect(sandbox.webhooks.waitFor("invoice.updated", { timeoutMs: 0 })).rejects.toThrow(
    "no delivery of invoice.updated after 0 ms; deliveries: \n  count-12 invoice.created to",
  );
  responses = [[]];
  await expect(sandbox.webhooks.waitFor("invoice.updated", { timeoutMs: 1 })).rejects.toThrow(
    "no delivery of invoice.updated after 1 ms; deliveries: none",
  );
});
