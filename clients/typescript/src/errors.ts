import type { Verification } from "./contract.js";

/** The server rejected a request of the control API; the message is the server's. */
export class ControlApiError extends Error {
  override readonly name = "ControlApiError";

  constructor(
    message: string,
    /** The status of the response. */
    readonly status: number,
    /** The kind of error, such as `sandbox_not_found`. */
    readonly code: string,
  ) {
    super(message);
  }
}

/** No server responds, or the server is not a mock server. */
export class ServerUnavailable extends Error {
  override readonly name = "ServerUnavailable";
}

/** The server did not start; the message contains the reason. */
export class ServerStartError extends Error {
  override readonly name = "ServerStartError";
}

/** The expected requests were not received; the message shows the nearest ones. */
export class VerificationError extends Error {
  // Not "AssertionError": for this name Jest adds a comparison of values that do not exist.
  override readonly name = "VerificationError";

  constructor(
    message: string,
    readonly result: Verification,
  ) {
    super(message);
  }
}

/** No delivery of the expected event was accepted; the message lists the newest deliveries. */
export class DeliveryError extends Error {
  override readonly name = "DeliveryError";
}
