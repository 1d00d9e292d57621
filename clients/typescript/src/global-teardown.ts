/** The end of the server of `mockvoice/global-setup`: Jest's option `globalTeardown`. */

export { stopStarted as default } from "./global-setup.js";
