import type { Effect, Fault, FaultOptions, StubbedResponse } from "./contract.js";
import { type ControlClient, sandboxPath } from "./control-client.js";
import { snakeMembers } from "./names.js";
import type { VendorKey } from "./vendors.js";

type Times = Pick<FaultOptions, "times" | "match">;

/** The faults of one sandbox. */
export class SandboxFaults {
  readonly #client: ControlClient;
  readonly #path: string;

  constructor(client: ControlClient, sandbox: string) {
    this.#client = client;
    this.#path = sandboxPath(sandbox, "faults");
  }

  /** Add a fault from now on, such as `{ kind: "status", status: 503 }`; by default for all requests. */
  add(effect: Effect, options: Partial<FaultOptions> = {}): Promise<Fault> {
    return this.#create({ vendor: "*", ...options, effect });
  }

  /**
   * Answer requests of an operation with this response from now on; nothing is executed.
   *
   * With a `name`, only requests with the header `X-Mock-Fault: answer=NAME` get it.
   */
  answer(
    vendor: VendorKey,
    operation: string,
    response: StubbedResponse & Times & { name?: string },
  ): Promise<Fault> {
    const { status, headers, body, ...options } = response;
    const effect = { kind: "answer", ...snakeMembers({ status, headers, body }) };
    return this.#create({ vendor, operation, ...options, effect });
  }

  /** Use several effects once each, one after the other. */
  sequence(
    vendor: VendorKey,
    operation: string,
    effects: Effect[],
    options: Pick<FaultOptions, "match"> = {},
  ): Promise<Fault> {
    return this.#create({ vendor, operation, effects, ...options });
  }

  /** All faults, also used-up ones, with the number of times that each was triggered. */
  list(): Promise<Fault[]> {
    return this.#client.get(this.#path);
  }

  /** Delete one fault. */
  delete(fault: Fault | number): Promise<void> {
    const id = typeof fault === "number" ? fault : fault.id;
    return this.#client.send("DELETE", `${this.#path}/${id}`);
  }

  /** Delete all faults. */
  clear(): Promise<void> {
    return this.#client.send("DELETE", this.#path);
  }

  #create(fault: object): Promise<Fault> {
    return this.#client.send("POST", this.#path, snakeMembers(fault));
  }
}
