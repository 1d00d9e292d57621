/** Options of a server that is started, as arguments of `mockvoice serve`. */

import type { Instant } from "./contract.js";
import { formatInstant } from "./instants.js";
import type { VendorKey } from "./vendors.js";

export interface ServeOptions {
  /** Serve only these vendors; a server with fewer of them starts faster. */
  vendors?: VendorKey[];
  /** Initial data of the sandbox `default`: `demo`, `empty`, or the file of an export. */
  data?: "demo" | "empty" | (string & {});
  /** The seed of the sandbox `default`. */
  seed?: number;
  /** The start time of clocks. */
  now?: Instant;
  quirks?: "strict" | "observed";
  /** Whether each vendor also has a port of its own. */
  vendorPorts?: boolean;
  /** Port of the forward proxy; 0 for a free one. */
  proxyPort?: number;
  maxSandboxes?: number;
  maxRows?: number;
  /** Such as `2GiB`. */
  maxMemory?: string;
  journalSize?: number;
  logLevel?: "debug" | "info" | "warning" | "error";
  /** Further arguments of `mockvoice serve`. */
  args?: string[];
}

/** The arguments after `mockvoice serve`. */
export function serveArguments(options: ServeOptions): string[] {
  const { vendors = [], now, vendorPorts, args = [], logLevel = "warning", ...values } = options;
  const valued = { ...values, logLevel, now: now === undefined ? undefined : formatInstant(now) };
  return [
    ...vendors.flatMap((vendor) => ["--vendor", vendor]),
    ...(vendorPorts === false ? ["--no-vendor-ports"] : []),
    ...Object.entries(valued).flatMap(([name, value]) =>
      value === undefined ? [] : [flag(name), String(value)],
    ),
    ...args,
  ];
}

function flag(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
