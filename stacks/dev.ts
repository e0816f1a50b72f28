import type { Traits } from "./traits.ts";

/** Anybody may take it down and bring it up again. */
export const dev: Traits = { protectGateways: false };
