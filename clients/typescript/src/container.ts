/** A mock in a container of Docker. */

import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { promisify } from "node:util";
import { ChildServer } from "./child-server.js";
import { findOnPath } from "./command.js";
import type { Health } from "./contract.js";
import { ControlClient } from "./control-client.js";
import { ServerStartError, ServerUnavailable } from "./errors.js";
import { type ServeOptions, serveArguments } from "./serve-options.js";
import type { StartedServer } from "./server-process.js";

const MAIN_PORT = 8080;
const run = promisify(execFile);

/** Start a container of an image, with its main port on loopback. Rejects with `ServerStartError`. */
export async function startContainer(image: string, options: ServeOptions): Promise<StartedServer> {
  const docker = findOnPath("docker");
  if (docker === undefined) {
    throw new ServerStartError("docker was not found on PATH; { container } needs it");
  }
  checkData(options.data);
  const name = `mockvoice-${randomBytes(6).toString("hex")}`;
  const controlToken = randomBytes(16).toString("hex");
  const server = new ChildServer(docker, dockerArguments(name, image, options), {
    // By way of the environment, because all users of a machine can read arguments.
    MOCKVOICE_CONTROL_TOKEN: controlToken,
  });
  const url = await server.ready(() => readyUrl(docker, name));
  return { url, controlToken, stop: () => server.stop() };
}

/** `--interactive` passes the end of this process on, as the end of the container's input. */
function dockerArguments(name: string, image: string, options: ServeOptions): string[] {
  return [
    ...["run", "--rm", "--interactive", "--name", name],
    ...["--publish", `127.0.0.1::${MAIN_PORT}`, "--env", "MOCKVOICE_CONTROL_TOKEN"],
    ...[image, "serve", "--port", String(MAIN_PORT), "--stop-with-stdin"],
    ...serveArguments(options),
  ];
}

/** The URL of the published port, once the server in the container responds. */
async function readyUrl(docker: string, name: string): Promise<string | undefined> {
  const address = await publishedAddress(docker, name);
  if (address === undefined) return undefined;
  const client = new ControlClient(`http://${address}`);
  try {
    await client.get<Health>("/health");
    return client.url;
  } catch (error) {
    // Docker accepts connections before the server does.
    if (error instanceof ServerUnavailable) return undefined;
    throw error;
  }
}

async function publishedAddress(docker: string, name: string): Promise<string | undefined> {
  try {
    const { stdout } = await run(docker, ["port", name, `${MAIN_PORT}/tcp`]);
    return stdout.split("\n")[0]?.trim() || undefined;
  } catch (error) {
    // Until the container runs, the command fails with an exit code.
    if (typeof (error as { code?: unknown }).code === "number") return undefined;
    throw error;
  }
}

function checkData(data: string | undefined): void {
  if (data === undefined || data === "demo" || data === "empty") return;
  throw new ServerStartError(
    `a container cannot read the file ${data}: create sandboxes with the data of the export instead`,
  );
}
