/** The command that starts a mock: one that the caller names, or one that is found on PATH. */

import { accessSync, constants, statSync } from "node:fs";
import path from "node:path";
import { ServerStartError } from "./errors.js";

/** Programs that can start a mock, in the order of preference, with their first arguments. */
const PROGRAMS = [["mockvoice"], ["uvx", "mockvoice"], ["pipx", "run", "mockvoice"]] as const;

/** The program and the first arguments of the command. */
export function findCommand(explicit: string | undefined): string[] {
  if (explicit !== undefined) return [explicit];
  for (const [program, ...args] of PROGRAMS) {
    const file = findOnPath(program);
    if (file !== undefined) return [file, ...args];
  }
  throw new ServerStartError(
    "mockvoice was not found: install it with 'pipx install mockvoice' or 'uv tool install mockvoice' " +
      "(PATH has no mockvoice, uvx or pipx), name its file with { command }, or set MOCKVOICE_URL to the " +
      "URL of a running mock",
  );
}

/** The file of a program. On Windows, only one that can be started without a shell. */
export function findOnPath(program: string): string | undefined {
  const name = process.platform === "win32" ? `${program}.exe` : program;
  const folders = (process.env["PATH"] ?? "").split(path.delimiter).filter(Boolean);
  return folders.map((folder) => path.join(folder, name)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    // Most folders of PATH do not have the program.
    return false;
  }
}
