import { ControlApiError, ServerUnavailable } from "./errors.js";

const TIMEOUT_MS = 60_000;

/** Values of a query by name; those that are undefined are left out. */
export type QueryValues = Record<string, string | number | undefined>;

/** HTTP client of the control API, for the paths below `/_mock`. */
export class ControlClient {
  readonly url: string;
  readonly #headers: Record<string, string>;
  // A test may replace the global function.
  readonly #fetch = globalThis.fetch;

  constructor(url: string, token?: string) {
    if (!/^https?:\/\//.test(url)) {
      throw new ServerUnavailable(
        `'${url}' is not the URL of a server: begin it with http:// or https://`,
      );
    }
    this.url = url.replace(/\/+$/, "").replace(/\/_mock$/, "");
    this.#headers = token ? { Authorization: `Bearer ${token}` } : {};
  }

  /** The data of a GET. */
  get<Result>(path: string, query: QueryValues = {}): Promise<Result> {
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) parameters.set(name, String(value));
    }
    return this.send("GET", parameters.size ? `${path}?${parameters}` : path);
  }

  /** The data of a response; undefined if it has no body. */
  async send<Result>(method: string, path: string, body?: unknown): Promise<Result> {
    const { status, text } = await this.#exchange(method, path, body);
    const data = this.#parse(text, status);
    if (status >= 200 && status < 300) return data as Result;
    throw this.#error(data, status);
  }

  async #exchange(method: string, path: string, body: unknown): Promise<RawResponse> {
    const content =
      body === undefined
        ? { headers: this.#headers }
        : {
            headers: { ...this.#headers, "Content-Type": "application/json" },
            body: JSON.stringify(body),
          };
    try {
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      const response = await this.#fetch(`${this.url}/_mock${path}`, {
        method,
        signal,
        ...content,
      });
      return { status: response.status, text: await response.text() };
    } catch (error) {
      throw this.#unavailable(error);
    }
  }

  #unavailable(error: unknown): ServerUnavailable {
    if (error instanceof Error && error.name === "TimeoutError") {
      return new ServerUnavailable(`${this.url} did not respond within ${TIMEOUT_MS / 1000} s`, {
        cause: error,
      });
    }
    return new ServerUnavailable(
      `no mock server responds at ${this.url}: ${reason(error)}; start one with 'mockvoice serve', ` +
        "or pass the URL of a running one",
      { cause: error },
    );
  }

  #parse(text: string, status: number): unknown {
    if (!text) return undefined;
    try {
      return JSON.parse(text) as unknown;
    } catch (error) {
      throw this.#notAMock(status, error);
    }
  }

  #error(data: unknown, status: number): Error {
    const error = (data as { error?: { code?: unknown; message?: unknown } } | undefined)?.error;
    if (typeof error?.code === "string" && typeof error.message === "string") {
      return new ControlApiError(error.message, status, error.code);
    }
    return this.#notAMock(status);
  }

  #notAMock(status: number, cause?: unknown): ServerUnavailable {
    return new ServerUnavailable(
      `the server at ${this.url} is not a mock server: it responded with ${status}`,
      { cause },
    );
  }
}

interface RawResponse {
  status: number;
  text: string;
}

/** The path of a sandbox, or of something in it. */
export function sandboxPath(name: string, ...parts: string[]): string {
  return ["/sandboxes", ...[name, ...parts].map(encodeURIComponent)].join("/");
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // fetch hides the reason, such as ECONNREFUSED, in the cause.
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  return cause.message || (cause as NodeJS.ErrnoException).code || error.message;
}
