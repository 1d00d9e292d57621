// The three headers with which COUNT identifies an application.
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
    "x-signature": await hmac(secret, text),
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
  return isHashed && body ? hex(await subtle().digest("SHA-256", encoder.encode(body))) : "";
}

async function hmac(secret, text) {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await subtle().importKey("raw", encoder.encode(secret), algorithm, false, ["sign"]);
  return hex(await subtle().sign("HMAC", key, encoder.encode(text)));
}

function subtle() {
  if (!crypto.subtle) {
    throw new Error("browsers sign only on pages at https or a loopback address, such as 127.0.0.1");
  }
  return crypto.subtle;
}

function hex(buffer) {
  return [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
