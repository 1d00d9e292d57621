/** One server for a whole run of vitest, Jest or Playwright: their option `globalSetup`. */

import { type Mockvoice, startMockvoice, type StartOptions } from "./server.js";

/** Stops the server that a setup has started; vitest and Playwright call it at the end of a run. */
export type Teardown = () => Promise<void>;

let started: { mock: Mockvoice; previous: NodeJS.ProcessEnv } | undefined;
const VARIABLES = ["MOCKVOICE_URL", "MOCKVOICE_CONTROL_TOKEN"];

/** A setup whose server has these options; with `MOCKVOICE_URL` set it starts none. */
export function createGlobalSetup(options: StartOptions = {}): () => Promise<Teardown> {
  return async () => {
    if (!process.env["MOCKVOICE_URL"]) {
      const mock = await startMockvoice(options);
      started = { mock, previous: { ...process.env } };
      // Workers inherit the variables of the main process.
      process.env["MOCKVOICE_URL"] = mock.url;
      if (mock.controlToken) process.env["MOCKVOICE_CONTROL_TOKEN"] = mock.controlToken;
    }
    return stopStarted;
  };
}

export default createGlobalSetup();

/** Stop the server of the setup, and restore the variables. */
export async function stopStarted(): Promise<void> {
  if (!started) return;
  const { mock, previous } = started;
  started = undefined;
  for (const name of VARIABLES) {
    const value = previous[name];
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  await mock.stop();
}
