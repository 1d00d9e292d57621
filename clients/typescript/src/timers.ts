/** Timers of the platform, read before a test can replace them by fake ones. */

const setTimer = globalThis.setTimeout;
const clock = globalThis.performance;
const readClock = clock.now.bind(clock);

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
