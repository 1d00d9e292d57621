// COUNT: sign the request, as the vendor's documents describe: METHOD:PATH:TIMESTAMP:BODYHASH.
const hashes = require("crypto-js");
const timestamp = Math.floor(Date.now() / 1000).toString();
const url = pm.variables.replaceIn(pm.request.url.toString());
const path = url.replace(/^[a-z]+:\/\/[^/]+/, "").split("?")[0].replace("/partners", "") || "/";
const body = pm.request.body && pm.request.body.mode === "raw" ? pm.variables.replaceIn(pm.request.body.raw || "") : "";
const hasBody = body !== "" && ["POST", "PUT", "PATCH"].includes(pm.request.method);
const bodyHash = hasBody ? hashes.SHA256(body).toString() : "";
const text = [pm.request.method, path, timestamp, bodyHash].join(":");
pm.request.headers.upsert({ key: "x-client-id", value: pm.environment.get("clientId") });
pm.request.headers.upsert({ key: "x-timestamp", value: timestamp });
pm.request.headers.upsert({ key: "x-signature", value: hashes.HmacSHA256(text, pm.environment.get("clientSecret")).toString() });
