/** Webhook deliveries as the control API describes them; generated types can replace this file. */

export type DeliveryState =
  "waiting" | "sending" | "delivered" | "failed" | "not_attempted" | "collected" | "dropped";

export interface DeliveryAttempt {
  at: string;
  cause: "event" | "retry" | "redelivery" | "duplicate";
  /** The status of the response; null without a response. */
  status: number | null;
  error: string | null;
  duration_ms: number;
  headers: Record<string, string>;
  response_body: string | null;
}

export interface Delivery {
  /** Its name in the control API, such as `count-12`. */
  id: string;
  vendor: string;
  /** Its id in the vendor's own headers. */
  delivery_id: string;
  event: string;
  url: string;
  state: DeliveryState;
  reason: string | null;
  created_at: string;
  next_attempt_at: string | null;
  request: { method: "POST"; url: string; headers: Record<string, string>; body: string };
  signature: { header: string; value: string; algorithm: string; signed_text: string } | null;
  attempts: DeliveryAttempt[];
}

export interface DeliveryQuery {
  vendor?: string;
  event?: string;
  state?: DeliveryState;
  /** The id of a delivery: only later ones. */
  after?: string;
  limit?: number;
}

export interface RedeliveryInput {
  sign_again?: boolean;
}

/** An effect of a fault on webhook deliveries. */
export interface WebhookEffect {
  kind: "webhook";
  how: "duplicate" | "reorder" | "delay" | "drop";
}

export interface WebhookSettings {
  /** Whether deliveries are sent, or only collected for `sandbox.webhooks`. */
  webhooks: "send" | "collect";
}
