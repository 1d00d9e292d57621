// A server in the place of the mock, which starts faster: it ends with its standard input.

import { renameSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";

const readyFile = process.argv[process.argv.indexOf("--ready-file") + 1];
const server = createServer((request, response) => {
  const isNetwork = request.url.endsWith("/network");
  response.end(isNetwork ? '{"proxy_url": null, "ca_file": null}' : "[]");
});
server.listen(0, "127.0.0.1", () => {
  const main = `http://127.0.0.1:${server.address().port}`;
  // The file must be complete when it appears.
  writeFileSync(`${readyFile}.partial`, JSON.stringify({ main }));
  renameSync(`${readyFile}.partial`, readyFile);
});
process.stdin.resume().on("end", () => process.exit());
