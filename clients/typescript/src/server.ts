import { startContainer } from "./container.js";
import type { Network, SandboxDescription, SandboxOptions, VendorDescription } from "./contract.js";
import { ControlClient, sandboxPath } from "./control-client.js";
import { networkVariables } from "./environment.js";
import { formatInstant } from "./instants.js";
import { snakeMembers } from "./names.js";
import { Sandbox, type ServerAccess } from "./sandbox.js";
import type { ServeOptions } from "./serve-options.js";
import { startProcess, type StartedServer } from "./server-process.js";
import { vendorUrls } from "./vendors.js";

/** A server that runs already deletes the sandboxes of a killed run after this time. */
const SANDBOX_TTL_SECONDS = 6 * 60 * 60;

/** Members that the options of another kind of server have. */
type Without<Names extends PropertyKey> = { [Name in Names]?: never };

/** A server that runs already; it is not stopped. */
export type RunningServerOptions = Without<keyof ServeOptions | "command" | "container"> & {
  /** The URL of its main port. */
  url: string;
  /** The control token that it was started with, if any. */
  controlToken?: string;
};

/** A server to start as a process. */
export type ProcessOptions = Without<"url" | "controlToken" | "container"> &
  ServeOptions & {
    /** The file of the program `mockvoice`. */
    command?: string;
  };

/** A server to start with `docker run`. */
export type ContainerOptions = Without<"url" | "controlToken" | "command"> &
  ServeOptions & {
    /** The name of the image. */
    container: string;
  };

export type StartOptions = RunningServerOptions | ProcessOptions | ContainerOptions;

/** The address of a server, and how it is stopped if it was started here. */
export type ServerConnection = Omit<StartedServer, "stop"> & Partial<StartedServer>;

/** A mock server, accessed through its control API. */
export class Mockvoice {
  readonly #client: ControlClient;
  readonly #access: ServerAccess;
  readonly #stop: (() => Promise<void>) | undefined;

  private constructor(
    client: ControlClient,
    access: ServerAccess,
    readonly controlToken: string | undefined,
    stop: (() => Promise<void>) | undefined,
  ) {
    this.#client = client;
    this.#access = access;
    this.#stop = stop;
  }

  /** Connect to a server. Without `stop` it runs on after this object. */
  static async connect(server: ServerConnection): Promise<Mockvoice> {
    const client = new ControlClient(server.url, server.controlToken);
    const baseUrls = vendorUrls(await client.get<VendorDescription[]>("/vendors"), client.url);
    const network = await networkVariables(await client.get<Network>("/network"), process.env);
    return new Mockvoice(client, { baseUrls, network }, server.controlToken, server.stop);
  }

  /** The URL of the main port. */
  get url(): string {
    return this.#client.url;
  }

  /** The base URL of each vendor. */
  get baseUrls(): Readonly<Record<string, string>> {
    return this.#access.baseUrls;
  }

  /** Create a sandbox; without a name, the server chooses one. */
  async createSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
    const { now, settings, ...others } = options;
    const body = snakeMembers({
      ...(this.#stop ? {} : { ttlSeconds: SANDBOX_TTL_SECONDS }),
      ...others,
      now: now === undefined ? undefined : formatInstant(now),
      settings: settings && snakeMembers(settings),
    });
    return this.#sandbox(await this.#client.send("POST", "/sandboxes", body));
  }

  /** An existing sandbox, such as `default` with the public credentials. */
  async sandbox(name: string): Promise<Sandbox> {
    return this.#sandbox(await this.#client.get(sandboxPath(name)));
  }

  /** Stop the server if it was started by `startMockvoice`. */
  async stop(): Promise<void> {
    await this.#stop?.();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #sandbox(description: SandboxDescription): Sandbox {
    return new Sandbox(this.#client, description, this.#access);
  }
}

/**
 * Start a mock server, or use one that runs already.
 *
 * Without `url`, `command` and `container`, it is the server at `MOCKVOICE_URL`, or a process of
 * `mockvoice`, `uvx mockvoice` or `pipx run mockvoice`, whichever exists. A started server ends with
 * this process. Rejects with `ServerStartError`, `ServerUnavailable` or `ControlApiError`.
 */
export async function startMockvoice(options: StartOptions = {}): Promise<Mockvoice> {
  const running = runningServer(options);
  if (running) return Mockvoice.connect(running);
  const server = await start(options as ProcessOptions | ContainerOptions);
  try {
    return await Mockvoice.connect(server);
  } catch (error) {
    await server.stop();
    throw error;
  }
}

function runningServer(options: StartOptions): RunningServerOptions | undefined {
  if (options.url !== undefined) return options;
  const url = process.env["MOCKVOICE_URL"];
  if (!url || options.container !== undefined || options.command !== undefined) return undefined;
  const controlToken = process.env["MOCKVOICE_CONTROL_TOKEN"];
  return { url, ...(controlToken && { controlToken }) };
}

function start(options: ProcessOptions | ContainerOptions): Promise<StartedServer> {
  if (options.container !== undefined) {
    const { container, ...others } = options;
    return startContainer(container, others);
  }
  const { command, ...others } = options;
  return startProcess(command, others);
}
