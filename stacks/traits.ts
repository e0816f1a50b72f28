import { dev } from "./dev.ts";
import { local } from "./local.ts";
import { prod } from "./prod.ts";
import { stg } from "./stg.ts";
import { uat } from "./uat.ts";

/** Where environments differ beyond their settings. */
export interface Traits {
  /** Pulumi refuses to delete or replace the gateways until somebody runs `pulumi state unprotect`. */
  readonly protectGateways: boolean;
}

const known: Readonly<Record<string, Traits>> = { local, dev, stg, uat, prod };

/** An environment of one's own is treated like dev. */
export function traitsOf(environment: string): Traits {
  return Object.hasOwn(known, environment) ? (known[environment] ?? dev) : dev;
}
