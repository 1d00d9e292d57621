// Starts a server and prints its URL; then waits, or ends if the second argument is "end".

import { startMockvoice } from "mockvoice";

const [command, mode] = process.argv.slice(2);
const mock = await startMockvoice({ command, vendors: ["growcrm"], data: "empty" });
process.stdout.write(mock.url);
if (mode !== "end") setInterval(() => undefined, 1000);
