import type { Traits } from "./traits.ts";

/** Rehearses production, also its repairs: gateways can be replaced without asking. */
export const stg: Traits = { protectGateways: false };
