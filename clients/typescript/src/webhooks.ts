import { type ControlClient, type QueryValues, sandboxPath } from "./control-client.js";
import { DeliveryError } from "./errors.js";
import { type CamelMembers, snakeMembers } from "./names.js";
import { monotonicMs, sleep } from "./timers.js";
import type {
  Delivery,
  DeliveryQuery,
  DeliveryState,
  RedeliveryInput,
} from "./webhook-contract.js";

const POLL_MS = 50;
const SUCCEEDED: DeliveryState[] = ["delivered", "collected"];
const FAILED: DeliveryState[] = ["failed", "not_attempted", "dropped"];

export interface WaitOptions extends Pick<DeliveryQuery, "vendor" | "after"> {
  /** Milliseconds of real time; 5000 by default. */
  timeoutMs?: number;
}

/** The webhook deliveries of one sandbox. */
export class SandboxWebhooks {
  readonly #client: ControlClient;
  readonly #path: string;

  constructor(client: ControlClient, sandbox: string) {
    this.#client = client;
    this.#path = sandboxPath(sandbox, "webhooks", "deliveries");
  }

  /** The deliveries, newest first. */
  list(filters: DeliveryQuery = {}): Promise<Delivery[]> {
    return this.#client.get(this.#path, snakeMembers(filters) as QueryValues);
  }

  /** One delivery with its attempts. */
  get(id: string): Promise<Delivery> {
    return this.#client.get(`${this.#path}/${encodeURIComponent(id)}`);
  }

  /** Send a delivery again, with the same signature or with a new one. */
  redeliver(id: string, options: CamelMembers<RedeliveryInput> = {}): Promise<Delivery> {
    const path = `${this.#path}/${encodeURIComponent(id)}/redeliver`;
    return this.#client.send("POST", path, snakeMembers(options));
  }

  /** Wait until a delivery of an event is delivered or collected; rejects at once if it failed. */
  async waitFor(event: string, options: WaitOptions = {}): Promise<Delivery> {
    const { timeoutMs = 5000, ...filters } = options;
    const end = monotonicMs() + timeoutMs;
    for (;;) {
      const seen = await this.list({ event, ...filters });
      const delivery = seen.find(({ state }) => SUCCEEDED.includes(state));
      if (delivery) return delivery;
      if (seen.some(({ state }) => FAILED.includes(state))) {
        throw new DeliveryError(`the delivery of ${event} failed: ${describe(seen)}`);
      }
      if (monotonicMs() >= end) {
        const others = await this.list(filters);
        throw new DeliveryError(
          `no delivery of ${event} after ${timeoutMs} ms; deliveries: ${describe(others)}`,
        );
      }
      await sleep(POLL_MS);
    }
  }
}

function describe(deliveries: Delivery[]): string {
  if (!deliveries.length) return "none";
  return deliveries.map((delivery) => `\n  ${describeOne(delivery)}`).join("");
}

function describeOne({ id, event, state, reason, url, attempts }: Delivery): string {
  const last = attempts.at(-1);
  const response = last && ` (last response: ${last.status ?? last.error ?? "none"})`;
  return `${id} ${event} to ${url}: ${state}${reason ? `, ${reason}` : ""}${response ?? ""}`;
}
