// COUNT: sign the request, as the vendor's documents describe: METHOD:PATH:TIMESTAMP:BODYHASH.
const hashes = require("crypto-js");
const timestamp = Math.floor(Date.now() / 1000).toString();
let path = bru.interpolate(req.getUrl()).replace(/^[a-z]+:\/\/[^/]+/, "").split("?")[0].replace("/partners", "") || "/";
for (const parameter of req.getPathParams()) {
  path = path.replace(`:${parameter.name}`, bru.interpolate(parameter.value));
}
const body = req.getBody({ raw: true });
const hasBody = typeof body === "string" && ["POST", "PUT", "PATCH"].includes(req.getMethod());
const bodyHash = hasBody ? hashes.SHA256(bru.interpolate(body)).toString() : "";
const text = [req.getMethod(), path, timestamp, bodyHash].join(":");
req.setHeader("x-client-id", bru.getEnvVar("clientId"));
req.setHeader("x-timestamp", timestamp);
req.setHeader("x-signature", hashes.HmacSHA256(text, bru.getEnvVar("clientSecret")).toString());
