/** Environment variables that send other programs through the mock's forward proxy. */

import { readFile } from "node:fs/promises";
import type { Network } from "./contract.js";

const CA_NAMES = ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"];
const LOCAL_HOSTS = ["localhost", "127.0.0.1", "::1"];

/** The variables of the proxy and of the certificate to trust; none if the server has neither. */
export async function networkVariables(
  network: Network,
  existing: NodeJS.ProcessEnv,
): Promise<Record<string, string>> {
  const file = await localCaFile(network);
  const trusted = file === null ? [] : CA_NAMES.map((name) => [name, file]);
  return { ...Object.fromEntries(trusted), ...proxyVariables(network.proxy_url, existing) };
}

/** Both spellings: curl reads only the lower-case `http_proxy`, others only upper-case names. */
function proxyVariables(url: string | null, existing: NodeJS.ProcessEnv): Record<string, string> {
  if (url === null) return {};
  const named = { HTTP_PROXY: url, HTTPS_PROXY: url, NO_PROXY: excludedHosts(existing) };
  const lower = Object.entries(named).map(([name, value]) => [name.toLowerCase(), value]);
  return { ...named, ...Object.fromEntries(lower), NODE_USE_ENV_PROXY: "1" };
}

function excludedHosts(existing: NodeJS.ProcessEnv): string {
  const listed = `${existing["no_proxy"] ?? ""},${existing["NO_PROXY"] ?? ""}`;
  const hosts = listed.split(",").map((host) => host.trim());
  return [...new Set([...hosts.filter(Boolean), ...LOCAL_HOSTS])].join(",");
}

/** The file of the certificate if it is on this machine. */
async function localCaFile({ ca_file, ca_certificate }: Network): Promise<string | null> {
  if (ca_file === null) return null;
  // The file of a server elsewhere does not exist here.
  const content = await readFile(ca_file, "utf-8").catch(() => null);
  return content === ca_certificate ? ca_file : null;
}
