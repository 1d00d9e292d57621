/** A mock as a process on free ports. */

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { ChildServer } from "./child-server.js";
import { findCommand } from "./command.js";
import { type ServeOptions, serveArguments } from "./serve-options.js";

/** A server that was started, and how it is stopped. */
export interface StartedServer {
  url: string;
  controlToken?: string;
  stop: () => Promise<void>;
}

/** Start `mockvoice serve`. Rejects with `ServerStartError`. */
export async function startProcess(
  command: string | undefined,
  options: ServeOptions,
): Promise<StartedServer> {
  const [program = "", ...args] = findCommand(command);
  const folder = await mkdtemp(path.join(tmpdir(), "mockvoice-"));
  const readyFile = path.join(folder, "ready.json");
  const server = new ChildServer(program, [
    ...[...args, "serve", "--port", "0", ...serveArguments(options)],
    ...["--stop-with-stdin", "--ready-file", readyFile],
  ]);
  try {
    const urls = await server.ready(() => readUrls(readyFile));
    return { url: urls.main, stop: () => server.stop() };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readUrls(file: string): Promise<{ main: string } | undefined> {
  try {
    return JSON.parse(await readFile(file, "utf-8")) as { main: string };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
