/** Timers of Node.js, read before a test can replace them by fake ones. */

import { performance } from "node:perf_hooks";
import timers from "node:timers";

const setTimer = timers.setTimeout;
const readClock = performance.now.bind(performance);

/** Milliseconds of real time since some instant. */
export function monotonicMs(): number {
  return readClock();
}

/** Wait for milliseconds of real time. */
export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimer(resolve, milliseconds);
  });
}
