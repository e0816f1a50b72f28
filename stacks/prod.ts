import type { Traits } from "./traits.ts";

/** A gateway is not to go by mistake. */
export const prod: Traits = { protectGateways: true };
