/** The vendors' APIs in a sandbox: base URLs and credentials. */

import type { VendorDescription } from "./contract.js";

/** The credentials of each vendor of Mockvoice, by the vendor's names for them. */
export interface VendorCredentials {
  count: { client_id: string; client_secret: string; access_token: string; refresh_token: string };
  growcrm: { api_key: string };
  halo: { client_id: string; client_secret: string; access_token: string };
  optiflow: { owner: string; viewer: string };
}

/** The key of a vendor; packages can add others than those of Mockvoice. */
export type VendorKey = keyof VendorCredentials | (string & {});

/** Base URL and credentials of one vendor's API in one sandbox, for an unmodified client. */
export class VendorApi<Credentials = Readonly<Record<string, string>>> {
  constructor(
    readonly vendor: string,
    /** Without a slash at its end; the paths of the contract are appended. */
    readonly baseUrl: string,
    readonly credentials: Credentials,
  ) {}

  /** URL and credentials as variables such as `GROWCRM_BASE_URL` and `GROWCRM_API_KEY`. */
  get env(): Record<string, string> {
    const values = { base_url: this.baseUrl, ...(this.credentials as Record<string, string>) };
    return Object.fromEntries(
      Object.entries(values).map(([name, value]) => [variable(`${this.vendor}_${name}`), value]),
    );
  }
}

/** The base URL of each vendor, for clients that reach the main port at `url`. */
export function vendorUrls(vendors: VendorDescription[], url: string): Record<string, string> {
  return Object.fromEntries(vendors.map((vendor) => [vendor.key, vendorUrl(vendor, url)]));
}

/** The URL of a vendor's own port; its prefix if the main port is mapped, as in a container. */
function vendorUrl(vendor: VendorDescription, main: string): string {
  const prefix = `${main}/${vendor.key}`;
  return vendor.root_url !== null && vendor.prefix_url === prefix ? vendor.root_url : prefix;
}

function variable(name: string): string {
  return name.toUpperCase().replaceAll("-", "_");
}
