import type { Clock, Instant, Span } from "./contract.js";
import { type ControlClient, sandboxPath } from "./control-client.js";
import { formatInstant } from "./instants.js";

/** The clock of one sandbox. Each method returns the time that it shows afterwards. */
export class SandboxClock {
  readonly #client: ControlClient;
  readonly #path: string;

  constructor(client: ControlClient, sandbox: string) {
    this.#client = client;
    this.#path = sandboxPath(sandbox, "clock");
  }

  /** The current time. */
  async now(): Promise<Date> {
    return date(await this.#client.get<Clock>(this.#path));
  }

  /** Set the clock, forwards or backwards; due events run. */
  set(now: Instant): Promise<Date> {
    return this.#put({ now: formatInstant(now) });
  }

  /** Freeze the clock, by default at its current time. */
  freeze(now?: Instant): Promise<Date> {
    return this.#put({ frozen: true, ...(now !== undefined && { now: formatInstant(now) }) });
  }

  /** Unfreeze the clock. */
  thaw(): Promise<Date> {
    return this.#put({ frozen: false });
  }

  /** Advance the clock by the sum of the spans; due events run in order. */
  async advance(span: Span): Promise<Date> {
    return date(await this.#client.send<Clock>("POST", `${this.#path}/advance`, span));
  }

  async #put(body: object): Promise<Date> {
    return date(await this.#client.send<Clock>("PUT", this.#path, body));
  }
}

function date(clock: Clock): Date {
  return new Date(clock.now);
}
