import type { Delivery, DeliveryFilters, DeliveryState, RedeliveryOptions } from "./contract.js";
import { type ControlClient, sandboxPath } from "./control-client.js";
import { DeliveryError } from "./errors.js";
import { snakeMembers } from "./names.js";
import { monotonicMs, sleep } from "./timers.js";

const POLL_MS = 20;
/** An attempt ends within ten seconds, and its response's body is read for one more. */
const MAX_ATTEMPT_MS = 30_000;
const MAX_SHOWN = 10;
const MAX_BODY_SHOWN = 200;
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
  readonly #clock: string;

  constructor(client: ControlClient, sandbox: string) {
    this.#client = client;
    this.#path = sandboxPath(sandbox, "webhooks", "deliveries");
    this.#clock = sandboxPath(sandbox, "clock");
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
   * Wait until the newest delivery of an event is accepted or collected, and return it.
   *
   * Deliveries that can no longer succeed do not count, and deliveries from before the call do, unless
   * `after` is the id of the last one of those. Rejects after the time, or as soon as no delivery of
   * the event can succeed any more.
   */
  async waitFor(event: string, options: WaitOptions = {}): Promise<Delivery> {
    const { timeoutMs = 5000, ...filters } = options;
    const end = monotonicMs() + timeoutMs;
    for (;;) {
      const seen = await this.list({ event, ...filters });
      const newest = seen.find(({ state }) => [...SUCCEEDED, ...UNFINISHED].includes(state));
      if (newest && SUCCEEDED.includes(newest.state)) return newest;
      const hasEnded = seen.length > 0 && !newest;
      if (hasEnded || monotonicMs() >= end) {
        const within = hasEnded ? "" : ` within ${timeoutMs} ms`;
        const all = await this.#describe(filters);
        throw new DeliveryError(`no delivery of ${event} was accepted${within}; ${all}`);
      }
      await sleep(POLL_MS);
    }
  }

  /** The newest deliveries, with the reason why each was not accepted. */
  async #describe(filters: DeliveryFilters): Promise<string> {
    const deliveries = await this.list({ ...filters, limit: MAX_SHOWN });
    if (!deliveries.length)
      return "there are no deliveries: is a subscription to the event active?";
    const lines = deliveries.map((delivery) => {
      return `\n  ${delivery.id} ${delivery.event} to ${delivery.url}: ${outcome(delivery)}`;
    });
    const { frozen } = await this.#client.get<{ frozen: boolean }>(this.#clock);
    if (frozen && deliveries.some(({ state }) => state === "waiting")) {
      lines.push("\n  the sandbox's clock is frozen: advance it for the next attempt");
    }
    return `the newest deliveries are:${lines.join("")}`;
  }

  #pathOf(id: string): string {
    return `${this.#path}/${encodeURIComponent(id)}`;
  }
}

function outcome({ state, reason, attempts, next_attempt_at: nextAt }: Delivery): string {
  const last = attempts.at(-1);
  const next = nextAt === null ? "" : `, next attempt at ${nextAt}`;
  if (reason !== null || !last) return (reason === null ? state : `${state} (${reason})`) + next;
  const number = attempts.length === 1 ? "1 attempt" : `${attempts.length} attempts`;
  return `${state} after ${number} (${result(last)})${next}`;
}

function result({ status, error, response_body: body }: Delivery["attempts"][number]): string {
  if (status === null) return String(error);
  return `status ${status}${body ? `: ${body.slice(0, MAX_BODY_SHOWN)}` : ""}`;
}
