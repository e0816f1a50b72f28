import type { Traits } from "./traits.ts";

/** One machine, for the demo and the tests: `destroy` takes all of it away. */
export const local: Traits = { protectGateways: false };
