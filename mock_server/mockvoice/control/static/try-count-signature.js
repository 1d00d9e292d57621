// The three headers with which COUNT identifies an application.
import { hmac, sha256 } from "./try-sha256.js";

const encoder = new TextEncoder();

export async function signatureHeaders(request, path, sandbox) {
  const { client_id: clientId, client_secret: secret } = sandbox.credentials;
  const timestamp = await currentSeconds(sandbox.name);
  const method = request.method.toUpperCase();
  const signedPath = path.replace(/^\/partners/, "") || "/";
  const text = `${method}:${signedPath}:${timestamp}:${await bodyHash(method, request.body)}`;
  return {
    "x-client-id": clientId,
    "x-timestamp": timestamp,
    "x-signature": await keyedHash(secret, text),
  };
}

// Settings of the sandbox decide whether its own clock counts, which may be far from real time.
async function currentSeconds(sandbox) {
  const read = async (path) => (await fetch(`/_mock/sandboxes/${sandbox}/${path}`)).json();
  const { signature_clock: clock } = await read("settings");
  const now = clock === "sandbox" ? Date.parse((await read("clock")).now) : Date.now();
  return String(Math.floor(now / 1000));
}

// The hash of a body as text. A form with files has none, since browsers choose its boundary.
async function bodyHash(method, body) {
  const isHashed = ["POST", "PUT", "PATCH"].includes(method) && typeof body === "string";
  return isHashed && body ? hash(encoder.encode(body)) : "";
}

async function keyedHash(secret, text) {
  const [key, message] = [encoder.encode(secret), encoder.encode(text)];
  if (!crypto.subtle) {
    return hex(hmac(key, message));
  }
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const imported = await crypto.subtle.importKey("raw", key, algorithm, false, ["sign"]);
  return hex(await crypto.subtle.sign("HMAC", imported, message));
}

async function hash(bytes) {
  return hex(crypto.subtle ? await crypto.subtle.digest("SHA-256", bytes) : sha256(bytes));
}

function hex(buffer) {
  return [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
