/** The types of the control API, by the names that this package uses. */

import type { components, operations } from "./generated/control.js";
import type { CamelMembers } from "./names.js";

type Schemas = components["schemas"];
type Query<Operation extends keyof operations> = NonNullable<
  operations[Operation]["parameters"]["query"]
>;

/** An instant: a `Date`, or ISO 8601 text with an offset. */
export type Instant = Date | string;
type WithInstants<Members> = {
  [Name in keyof Members]: Name extends "now" | "since" | "until" ? Instant : Members[Name];
};

export type SandboxDescription = Schemas["Sandbox"];
export type SandboxExport = Schemas["Export"];
export type Snapshot = Schemas["Snapshot"];
export type Differences = Schemas["Differences"];
export type Exchange = Schemas["Exchange"];
export type Message = Schemas["Message"];
export type Span = Schemas["Span"];
export type Match = Schemas["Match"];
export type Verification = Schemas["Verification"];
export type Health = Schemas["Health"];
export type Network = Schemas["Network"];
export type VendorDescription = Schemas["Vendor"];
export type Clock = Schemas["Clock"];
/** A fault with the number of times that it was triggered (`struck`) and will be (`remaining`). */
export type Fault = Schemas["Fault"];
export type Effect = Schemas["Effect"];
export type StubbedResponse = Omit<Extract<Schemas["Effect"], { kind: "answer" }>, "kind">;

export type Settings = CamelMembers<Schemas["Settings"]>;
export type SettingsChanges = CamelMembers<Schemas["SettingsInput"]>;

export type SandboxOptions = CamelMembers<
  WithInstants<Omit<Schemas["SandboxInput"], "settings">>
> & {
  settings?: SettingsChanges;
};
export type ResetOptions = CamelMembers<WithInstants<Schemas["ResetInput"]>>;
export type SeedOptions = CamelMembers<Omit<Schemas["SeedingInput"], "vendor">>;
/** What requests must have, and how many of them are expected. */
export type Expectation = CamelMembers<Omit<Schemas["VerificationInput"], "vendor" | "operation">>;
/** Which requests trigger a fault, and how often. */
export type FaultOptions = CamelMembers<Omit<Schemas["FaultInput"], "effect" | "effects" | "name">>;

export type JournalFilters = Omit<WithInstants<Query<"journal.search">>, "since" | "body"> & {
  /** The id of an entry, or an instant. */
  since?: Instant | number;
  /** A part of the body: data, or JSON text. */
  body?: unknown;
};
export type OutboxFilters = WithInstants<Query<"outbox.search">>;

/** A delivery of a webhook event, with its attempts. */
export type Delivery = Schemas["Delivery"];
export type DeliveryState = Schemas["DeliveryState"];
export type DeliveryFilters = Query<"webhooks.search">;
export type RedeliveryOptions = CamelMembers<Schemas["RedeliveryInput"]>;
