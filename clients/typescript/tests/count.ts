// Signed requests to COUNT, and a receiver of its webhooks.

import { createHash, createHmac } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Sandbox } from "mockvoice";

async function send(sandbox: Sandbox, path: string, data: object): Promise<void> {
  const { baseUrl, credentials } = sandbox.count;
  const body = JSON.stringify(data);
  const timestamp = String(Math.floor(Date.now() / 1000));
  const hash = createHash("sha256").update(body).digest("hex");
  const signed = `POST:${path}:${timestamp}:${hash}`;
  const headers = {
    "Content-Type": "application/json",
    Authorization: `Bearer ${credentials.access_token}`,
    "x-client-id": credentials.client_id,
    "x-timestamp": timestamp,
    "x-signature": createHmac("sha256", credentials.client_secret).update(signed).digest("hex"),
  };
  const response = await fetch(`${baseUrl}/partners${path}`, { method: "POST", headers, body });
  if (response.status !== 201) throw new Error(await response.text());
}

export function subscribe(sandbox: Sandbox, callbackUrl: string): Promise<void> {
  return send(sandbox, "/webhooks", { event: "customer.created", callbackUrl });
}

export function createCustomer(sandbox: Sandbox): Promise<void> {
  return send(sandbox, "/customers", { customer: "Zed" });
}

export interface Receiver {
  url: string;
  /** The bodies that were received. */
  received: string[];
  close: () => void;
}

/** Start a receiver that responds with the statuses, then with 200. */
export async function startReceiver(...statuses: number[]): Promise<Receiver> {
  const received: string[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      received.push((await request.toArray()).join(""));
      response.statusCode = statuses.shift() ?? 200;
      response.end();
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${port}/hook`, received, close };
}
