/** The result of a verification as text. */

import type { Verification } from "./contract.js";

/** What was expected, with the names of the control API. */
export interface ExpectedRequests {
  vendor?: string;
  operation?: string;
  times?: number;
  at_least?: number;
  at_most?: number;
}

/** How many requests match, and if there are too few, the nearest ones. */
export function describeVerification(expected: ExpectedRequests, result: Verification): string {
  const lines = [summary(expected, result.count)];
  if (!result.holds && result.matching.length) {
    lines.push(`matching: ${result.matching.join(", ")}`);
  }
  for (const { id, differs } of result.nearest) {
    lines.push(`request ${id}:`, ...differs.map((difference) => `  ${difference}`));
  }
  if (!result.holds && !result.matching.length && !result.nearest.length) {
    lines.push("the journal has no request");
  }
  return lines.join("\n");
}

function summary(expected: ExpectedRequests, count: number): string {
  const name = [expected.vendor, expected.operation].filter(Boolean).join(" ");
  const requests = `${count} ${count === 1 ? "request" : "requests"}${name && ` of ${name}`}`;
  const verb = count === 1 ? "matches" : "match";
  return `${requests} ${verb}, expected ${expectedCount(expected)}`;
}

function expectedCount({ times, at_least, at_most }: ExpectedRequests): string {
  if (times !== undefined) return String(times);
  if (at_most === undefined) return `at least ${at_least ?? 1}`;
  return at_least === undefined ? `at most ${at_most}` : `${at_least} to ${at_most}`;
}
