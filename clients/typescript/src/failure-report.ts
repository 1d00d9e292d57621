/** The last requests to a sandbox, as text for the report of a failed test. */

import type { Exchange } from "./contract.js";
import { ControlApiError, ServerUnavailable } from "./errors.js";
import type { Sandbox } from "./sandbox.js";
import type { Mockvoice } from "./server.js";

const MAX_BODY_CHARACTERS = 1000;
/** Shown requests that matched no sandbox. */
const MAX_UNMATCHED = 3;

/**
 * The last requests, the oldest first, with secrets masked.
 *
 * An unreadable journal is reported as text: the test's own failure must be shown.
 */
export async function renderRequests(
  mock: Mockvoice,
  sandbox: Sandbox,
  limit: number,
): Promise<string> {
  const title = `mockvoice: last requests to sandbox ${sandbox.name}`;
  try {
    const entries = await sandbox.journal({ limit });
    const lines = entries.length ? renderEntries(entries) : await renderUnmatched(mock);
    return [title, ...lines].map(escapeControls).join("\n");
  } catch (error) {
    if (!(error instanceof ServerUnavailable || error instanceof ControlApiError)) throw error;
    return `${title}\nThe journal cannot be read: ${error.message}`;
  }
}

/** Requests with wrong credentials, which the test may have sent. */
async function renderUnmatched(mock: Mockvoice): Promise<string[]> {
  const none = "No request was sent with the credentials of this sandbox.";
  const common = await mock.sandbox("default");
  const unmatched = await common.journal({ status: "4xx", limit: MAX_UNMATCHED });
  if (!unmatched.length) return [none];
  const heading =
    "Requests that match no sandbox are logged in 'default'. Its last error responses:";
  return [none, heading, ...renderEntries(unmatched)];
}

function renderEntries(entries: Exchange[]): string[] {
  return entries.toReversed().flatMap(renderEntry);
}

function renderEntry(entry: Exchange): string[] {
  const { at, vendor, operation, method, request, response, status, note } = entry;
  const name = operation ?? "no operation";
  return [
    `${at} ${vendor} ${name}: ${method} ${request.url} -> ${status ?? "no response"}`,
    ...(note ? [`    note: ${note}`] : []),
    ...renderBody("request", request.body),
    ...renderBody("response", response?.body),
  ];
}

function renderBody(label: string, body: unknown): string[] {
  if (body === null || body === undefined) return [];
  const text = typeof body === "string" ? body : JSON.stringify(body);
  if (text.length <= MAX_BODY_CHARACTERS) return [`    ${label}: ${text}`];
  return [`    ${label}: ${text.slice(0, MAX_BODY_CHARACTERS)}… (${text.length} characters)`];
}

/** Received text must not control the terminal. */
function escapeControls(text: string): string {
  return text.replace(/\p{Cc}/gu, (control) => {
    return `\\x${control.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
}
