import { randomBytes } from "node:crypto";
import { SandboxClock } from "./clock.js";
import type {
  Differences,
  Exchange,
  Expectation,
  JournalFilters,
  Message,
  OutboxFilters,
  ResetOptions,
  SandboxDescription,
  SandboxExport,
  SeedOptions,
  Settings,
  SettingsChanges,
  Snapshot,
  Verification,
} from "./contract.js";
import { type ControlClient, type QueryValues, sandboxPath } from "./control-client.js";
import { VerificationError } from "./errors.js";
import { SandboxFaults } from "./faults.js";
import { formatInstant } from "./instants.js";
import { camelMembers, snakeMembers } from "./names.js";
import { VendorApi, type VendorCredentials, type VendorKey } from "./vendors.js";
import { describeVerification } from "./verification.js";
import { SandboxWebhooks } from "./webhooks.js";

/** How the vendors of a server are reached. */
export interface ServerAccess {
  baseUrls: Record<string, string>;
  network: Record<string, string>;
}

/** An isolated state of a mock server, selected by its credentials. */
export class Sandbox {
  readonly name: string;
  /** The served vendors by key. */
  readonly vendors: Readonly<Record<string, VendorApi>>;
  readonly clock: SandboxClock;
  readonly faults: SandboxFaults;
  readonly webhooks: SandboxWebhooks;
  readonly #client: ControlClient;
  readonly #network: Record<string, string>;

  constructor(client: ControlClient, description: SandboxDescription, access: ServerAccess) {
    const { name, credentials } = description;
    this.name = name;
    this.#client = client;
    this.#network = access.network;
    this.vendors = Object.fromEntries(
      Object.entries(credentials).map(([key, secrets]) => [
        key,
        new VendorApi(key, access.baseUrls[key] ?? `${client.url}/${key}`, secrets),
      ]),
    );
    this.clock = new SandboxClock(client, name);
    this.faults = new SandboxFaults(client, name);
    this.webhooks = new SandboxWebhooks(client, name);
  }

  get count(): VendorApi<VendorCredentials["count"]> {
    return this.vendor("count");
  }

  get growcrm(): VendorApi<VendorCredentials["growcrm"]> {
    return this.vendor("growcrm");
  }

  get halo(): VendorApi<VendorCredentials["halo"]> {
    return this.vendor("halo");
  }

  get optiflow(): VendorApi<VendorCredentials["optiflow"]> {
    return this.vendor("optiflow");
  }

  /** The API of a vendor, for example of one that a package adds. */
  vendor<Key extends keyof VendorCredentials>(key: Key): VendorApi<VendorCredentials[Key]>;
  vendor(key: string): VendorApi;
  vendor(key: string): VendorApi<never> | VendorApi {
    const api = Object.hasOwn(this.vendors, key) ? this.vendors[key] : undefined;
    if (api) return api;
    const served = Object.keys(this.vendors).join(", ");
    throw new Error(`this server does not serve '${key}'; served vendors: ${served}`);
  }

  /** Base URLs and credentials of all vendors as environment variables, and those of the proxy. */
  get env(): Record<string, string> {
    const vendors = Object.values(this.vendors).map((api) => api.env);
    return Object.assign({}, ...vendors, this.#network) as Record<string, string>;
  }

  /** Its time, its seed, its credentials, and the number of rows of each table. */
  describe(): Promise<SandboxDescription> {
    return this.#get();
  }

  /** Reset it to its initial state; options change that state. */
  async reset(options: ResetOptions = {}): Promise<void> {
    const now = options.now === undefined ? undefined : formatInstant(options.now);
    await this.#send("POST", snakeMembers({ ...options, now }), "reset");
  }

  /** Change the settings in `changes`, and return all. */
  async settings(changes?: SettingsChanges): Promise<Settings> {
    const settings: object = changes
      ? await this.#send("PUT", snakeMembers(changes), "settings")
      : await this.#get("settings");
    return camelMembers(settings) as Settings;
  }

  /** Save the current state under a name. */
  snapshot(name: string): Promise<Snapshot> {
    return this.#send("POST", { name }, "snapshots");
  }

  /** Restore a snapshot: data, clock, ids and granted tokens. */
  async restore(name: string): Promise<void> {
    await this.#send("POST", undefined, "snapshots", name, "restore");
  }

  /** The rows that were added, removed and changed between two snapshots. */
  diff(before: string, after = "current"): Promise<Differences> {
    return this.#get("snapshots", before, "diff", after);
  }

  /** The whole state as data, for `import` or for a new sandbox. */
  export(): Promise<SandboxExport> {
    return this.#get("snapshots", "current");
  }

  /** Replace the whole state by an exported one. */
  async import(state: SandboxExport): Promise<void> {
    const name = `import-${randomBytes(4).toString("hex")}`;
    await this.#send("PUT", state, "snapshots", name);
    await this.restore(name);
    await this.#send("DELETE", undefined, "snapshots", name);
  }

  /** Seed a vendor with realistic demo data, and return the number of added rows by table. */
  async seed(vendor: VendorKey, options: SeedOptions = {}): Promise<Record<string, number>> {
    const body = snakeMembers({ vendor, ...options });
    return (await this.#send<{ counts: Record<string, number> }>("POST", body, "seed")).counts;
  }

  /** The received requests with their responses, newest first, without secrets. */
  journal(filters: JournalFilters = {}): Promise<Exchange[]> {
    const { body } = filters;
    const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
    return this.#list("journal", { ...filters, body: text });
  }

  /** The e-mails that the real services would have sent, newest first. */
  outbox(filters: OutboxFilters = {}): Promise<Message[]> {
    return this.#list("outbox", filters);
  }

  /**
   * Assert that requests were received, by default at least one; return the ids of the newest 100.
   *
   * `body` is a part of the expected body. Rejects with `VerificationError` and the nearest requests.
   */
  async verify(
    vendor: VendorKey,
    operation?: string,
    expectation: Expectation = {},
  ): Promise<number[]> {
    const expected = snakeMembers({ vendor, operation, ...expectation });
    const result = await this.#send<Verification>("POST", expected, "journal", "verify");
    if (!result.holds) {
      throw new VerificationError(describeVerification(expected, result), result);
    }
    return result.matching;
  }

  /** Delete it with its data; its credentials are no longer valid. */
  async delete(): Promise<void> {
    await this.#send("DELETE", undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.delete();
  }

  #get<Result>(...parts: string[]): Promise<Result> {
    return this.#client.get(sandboxPath(this.name, ...parts));
  }

  #list<Result>(resource: string, filters: object): Promise<Result> {
    const values = Object.entries(filters).map(([name, value]) => [
      name,
      value instanceof Date ? formatInstant(value) : value,
    ]);
    const query = Object.fromEntries(values) as QueryValues;
    return this.#client.get(sandboxPath(this.name, resource), query);
  }

  #send<Result>(method: string, body: unknown, ...parts: string[]): Promise<Result> {
    return this.#client.send(method, sandboxPath(this.name, ...parts), body);
  }
}
