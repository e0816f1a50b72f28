import type { Traits } from "./traits.ts";

/** Customers test here: a gateway is not to go by mistake. */
export const uat: Traits = { protectGateways: true };
