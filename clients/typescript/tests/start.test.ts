// Servers that the client starts. TEST_MOCKVOICE is the file of the real program.

import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import path from "node:path";
import { ServerStartError, startMockvoice } from "mockvoice";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

const PROGRAM = process.env["TEST_MOCKVOICE"] ?? "mockvoice";
const OPTIONS = { vendors: ["growcrm"], data: "empty" };

const local = (name: string) => path.join(import.meta.dirname, name);
const stub = local("stub-server.js");

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "programs-"));
  vi.stubEnv("MOCKVOICE_URL", undefined);
  vi.stubEnv("PATH", folder);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** Add a shell script to PATH; return its file. */
function addProgram(name: string, script: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

async function responds(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/_mock/health`)).ok;
  } catch {
    return false;
  }
}

test("a program on PATH is started with the options, and stopped", async () => {
  addProgram("mockvoice", `exec ${PROGRAM} "$@"`);
  const options = { ...OPTIONS, now: new Date("2026-03-01T09:00:00Z"), seed: 3, maxRows: 5000 };
  const limits = { maxMemory: "1GiB", maxSandboxes: 5, journalSize: 10, proxyPort: 0 };
  const mock = await startMockvoice({
    ...options,
    ...limits,
    quirks: "observed",
    vendorPorts: false,
    args: ["--strict-hosts"],
  });

  const sandbox = await mock.sandbox("default");
  expect(await sandbox.describe()).toMatchObject({ seed: 3, counts: { growcrm: { invoices: 0 } } });
  expect((await sandbox.settings()).quirks).toBe("observed");
  expect((await sandbox.clock.now()).getUTCFullYear()).toBe(2026);
  expect(mock.baseUrls).toEqual({ growcrm: `${mock.url}/growcrm` });
  expect(sandbox.env).toMatchObject({
    HTTPS_PROXY: expect.stringContaining("http://127.0.0.1:") as string,
    no_proxy: expect.stringContaining("localhost") as string,
  });
  expect(await (await mock.createSandbox()).describe()).toMatchObject({ expires_at: null });
  await mock.stop();
  expect(await responds(mock.url)).toBe(false);
});

test("programs are looked for in an order", async () => {
  const started = () => startMockvoice({ args: ["--tls"] });
  await expect(started()).rejects.toThrow(ServerStartError);
  await expect(started()).rejects.toThrow("install it with 'pipx install mockvoice'");
  for (const name of ["pipx", "uvx", "mockvoice"]) {
    addProgram(name, `echo "mockvoice: ${name} $*" >&2; exit 3`);
    const args = { pipx: "run mockvoice serve", uvx: "mockvoice serve", mockvoice: "serve" }[name];
    await expect(started()).rejects.toThrow(`the server did not start: ${name} ${args} --port 0`);
  }
});

test("a command is used before others, and its error is shown", async () => {
  vi.stubEnv("MOCKVOICE_URL", "http://127.0.0.1:9");
  const command = addProgram("other", 'echo "mockvoice: unknown vendor $4 $5" >&2; exit 2');

  await expect(startMockvoice({ command, vendors: ["growcmr"] })).rejects.toThrow(
    "the server did not start: unknown vendor --vendor growcmr",
  );
  await expect(startMockvoice({ command: "/no/such/program" })).rejects.toThrow(
    "the server did not start: spawn /no/such/program ENOENT",
  );
  addProgram("silent", "exit 4");
  await expect(startMockvoice({ command: path.join(folder, "silent") })).rejects.toThrow(
    "the server did not start: it ended with exit code 4",
  );
});

test.each(["is killed", "ends"])("a server ends with a process that %s", async (end) => {
  const command = addProgram("other", `exec "${process.execPath}" "${stub}" "$@"`);
  const mode = end === "ends" ? ["end"] : [];
  const child = spawn(process.execPath, [local("start-and-wait.js"), command, ...mode], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const failed = once(child, "close").then(() => Promise.reject(new Error("it printed no URL")));
  const [url] = (await Promise.race([once(child.stdout, "data"), failed])).map(String);
  if (end === "is killed") {
    expect(await responds(url!)).toBe(true);
    child.kill("SIGKILL");
  }

  while (await responds(url!)) await new Promise((resolve) => setTimeout(resolve, 20));
});

test("a container has a published port on loopback and a token", async () => {
  const log = path.join(folder, "docker.log");
  const ready = path.join(folder, "ready.json");
  // The mock listens on a free port, which "docker port" then prints; in a container it is 8080.
  addProgram(
    "docker",
    `echo "$*" >> ${log}
if [ "$1" = port ]; then
  [ -e ${ready} ] || exit 1
  /bin/sed -nE 's|.*"main": *"http://([^/"]+).*|\\1|p' ${ready}
  exit
fi
while [ "$1" != serve ]; do shift; done
shift 3
exec ${PROGRAM} serve --port 0 --ready-file ${ready} "$@"`,
  );
  const mock = await startMockvoice({ container: "mockvoice:1", ...OPTIONS });

  const sandbox = await mock.createSandbox({ name: "in-a-container" });
  expect(sandbox.growcrm.credentials.api_key).toContain("-");
  await expect(startMockvoice({ url: mock.url })).rejects.toMatchObject({ status: 401 });
  const [run, port] = readFileSync(log, "utf-8").split("\n");
  expect(run).toMatch(
    /^run --rm --interactive --name mockvoice-[0-9a-f]{12} --publish 127\.0\.0\.1::8080 --env MOCKVOICE_CONTROL_TOKEN mockvoice:1 serve --port 8080 --stop-with-stdin --vendor growcrm --data empty/,
  );
  expect(port).toMatch(/^port mockvoice-[0-9a-f]{12} 8080\/tcp$/);
  await mock.stop();
  expect(await responds(mock.url)).toBe(false);
});

test("a container needs docker, and data that it can read", async () => {
  await expect(startMockvoice({ container: "mockvoice" })).rejects.toThrow("docker was not found");
  addProgram("docker", 'echo "no such image" >&2; exit 125');
  await expect(startMockvoice({ container: "mockvoice" })).rejects.toThrow("no such image");
  await expect(startMockvoice({ container: "mockvoice", data: "state.json" })).rejects.toThrow(
    "a container cannot read the file state.json",
  );
});
