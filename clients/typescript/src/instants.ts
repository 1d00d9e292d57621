import type { Instant } from "./contract.js";

/** An instant as ISO 8601 text. */
export function formatInstant(instant: Instant): string {
  return instant instanceof Date ? instant.toISOString() : instant;
}
