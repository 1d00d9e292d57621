/** Client of Mockvoice: servers, and sandboxes with their controls. */

export type {
  Delivery,
  DeliveryFilters,
  DeliveryState,
  Differences,
  Effect,
  Exchange,
  Expectation,
  Fault,
  FaultOptions,
  Instant,
  JournalFilters,
  Match,
  Message,
  OutboxFilters,
  RedeliveryOptions,
  ResetOptions,
  SandboxDescription,
  SandboxExport,
  SandboxOptions,
  SeedOptions,
  Settings,
  SettingsChanges,
  Snapshot,
  Span,
  StubbedResponse,
  Verification,
} from "./contract.js";
export type { SandboxClock } from "./clock.js";
export {
  ControlApiError,
  DeliveryError,
  ServerStartError,
  ServerUnavailable,
  VerificationError,
} from "./errors.js";
export type { SandboxFaults } from "./faults.js";
export type { Sandbox } from "./sandbox.js";
export type { ServeOptions } from "./serve-options.js";
export {
  type ContainerOptions,
  type Mockvoice,
  type ProcessOptions,
  type RunningServerOptions,
  type StartOptions,
  startMockvoice,
} from "./server.js";
export type { VendorApi, VendorCredentials, VendorKey } from "./vendors.js";
export type { SandboxWebhooks, WaitOptions } from "./webhooks.js";
