import type { Delivery, DeliveryFilters, DeliveryState, RedeliveryOptions } from "./contract.js";
import { type ControlClient, sandboxPath } from "./control-client.js";
import { DeliveryError } from "./errors.js";
import { snakeMembers } from "./names.js";
import { monotonicMs, sleep } from "./timers.js";

const POLL_MS = 20;
/** An attempt ends within ten seconds, and its response's body is read for one more. */
const MAX_ATTEMPT_MS = 30_000;
const MAX_SHOWN = 10;
const SUCCEEDED: DeliveryState[] = ["delivered", "collected"];
const UNFINISHED: DeliveryState[] = ["waiting", "sending"];

export interface WaitOptions extends Pick<DeliveryFilters, "vendor" | "after"> {
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

  /** The deliveries with all their attempts, newest first. */
  list(filters: DeliveryFilters = {}): Promise<Delivery[]> {
    return this.#client.get(this.#path, { ...filters });
  }

  /** One delivery with its attempts. */
  get(id: string): Promise<Delivery> {
    return this.#client.get(this.#pathOf(id));
  }

  /** Send a delivery once more, byte for byte or signed again; return it with the new attempt. */
  async redeliver(id: string, options: RedeliveryOptions = {}): Promise<Delivery> {
    const before = JSON.stringify((await this.get(id)).attempts);
    await this.#client.send("POST", `${this.#pathOf(id)}/redeliver`, snakeMembers(options));
    const end = monotonicMs() + MAX_ATTEMPT_MS;
    while (monotonicMs() < end) {
      const delivery = await this.get(id);
      const isNew = JSON.stringify(delivery.attempts) !== before;
      if (isNew && delivery.attempts.at(-1)?.cause === "redelivery") return delivery;
      await sleep(POLL_MS);
    }
    throw new DeliveryError(
      `the redelivery of ${id} did not end within ${MAX_ATTEMPT_MS / 1000} s; other deliveries may ` +
        "wait for their receivers",
    );
  }

  /**
   * Wait until a delivery of an event was accepted or collected, and return the newest one.
   *
   * Deliveries from before the call count; `after` excludes those up to an id. Rejects after the time,
   * or as soon as no delivery of the event can succeed any more.
   */
  async waitFor(event: string, options: WaitOptions = {}): Promise<Delivery> {
    const { timeoutMs = 5000, ...filters } = options;
    const end = monotonicMs() + timeoutMs;
    for (;;) {
      const seen = await this.list({ event, ...filters });
      const delivery = seen.find(({ state }) => SUCCEEDED.includes(state));
      if (delivery) return delivery;
      const hasEnded = seen.length > 0 && !seen.some(({ state }) => UNFINISHED.includes(state));
      if (hasEnded || monotonicMs() >= end) {
        const within = hasEnded ? "" : ` within ${timeoutMs} ms`;
        const all = describe(await this.list(filters));
        throw new DeliveryError(`no delivery of ${event} was accepted${within}; ${all}`);
      }
      await sleep(POLL_MS);
    }
  }

  #pathOf(id: string): string {
    return `${this.#path}/${encodeURIComponent(id)}`;
  }
}

function describe(deliveries: Delivery[]): string {
  if (!deliveries.length) return "there are no deliveries: is a subscription to the event active?";
  const lines = deliveries.slice(0, MAX_SHOWN).map((delivery) => {
    return `\n  ${delivery.id} ${delivery.event} to ${delivery.url}: ${outcome(delivery)}`;
  });
  return `the newest deliveries are:${lines.join("")}`;
}

/** The state, with the reason why the delivery was not accepted. */
function outcome({ state, reason, attempts }: Delivery): string {
  const last = attempts.at(-1);
  if (reason !== null || !last) return `${state} (${reason ?? "no attempt yet"})`;
  const result = last.error ?? `status ${last.status}`;
  return `${state} after ${attempts.length} attempts (${result})`;
}
