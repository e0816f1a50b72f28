import { resolve } from "node:path";
import { systemClock } from "../infra/adapters/clock.ts";
import type { PulumiEngine } from "../infra/adapters/pulumi.ts";
import type { LedgerPort } from "../infra/driver/ports.ts";
import { recordExceptions } from "../infra/driver/record-exceptions.ts";
import type { Actor } from "../infra/model/actor.ts";
import { messageOf, UnknownError } from "../infra/model/errors.ts";
import type { Exception } from "../infra/model/exception.ts";

export interface PolicyPorts {
  readonly environment: string;
  /** Opens the ledger to be written; only asked for where there is an exception. */
  readonly open: () => Promise<Pick<LedgerPort, "read" | "append" | "close">>;
  readonly by: Actor;
  /** Exceptions that hold in the environment today. */
  readonly exceptions: () => Promise<readonly Exception[]>;
}

/**
 * An engine that brings nothing up before the ledger has the exceptions by which the policy pack lets it through. Previews
 * change nothing, and write nothing.
 */
export function withExceptions(engine: PulumiEngine, { environment, open, by, exceptions }: PolicyPorts): PulumiEngine {
  const record = async () => {
    try {
      const inForce = await exceptions();
      if (inForce.length === 0) return;
      const ledger = await open();
      await recordExceptions({ ledger, clock: systemClock, by }, environment, inForce).finally(() => ledger.close());
    } catch (error) {
      throw new UnknownError(
        `The policy's exceptions can't be written into the ledger, so nothing is brought up by them: ${messageOf(error)}`,
        { cause: error },
      );
    }
  };
  return {
    ...engine,
    up: async (stack, ...more) => {
      await record();
      return engine.up(stack, ...more);
    },
  };
}

/** What the pack's own configuration says, read as the pack reads it; only where one is used, since its rules are large. */
export async function exceptionsOf(environment: string): Promise<readonly Exception[]> {
  const { readPolicyConfig } = await import("../policy/read-config.ts");
  const { exceptionsInForce } = await import("../policy/exceptions.ts");
  const today = new Date(systemClock.now()).toISOString().slice(0, 10);
  return exceptionsInForce(readPolicyConfig(today).exceptions, environment, today);
}

/** Where the pack finds its configuration, from whichever folder Pulumi starts it. */
export function policyEnv(): Record<string, string> {
  const given = process.env["SLUICE_POLICY_CONFIG"];
  return given === undefined ? {} : { SLUICE_POLICY_CONFIG: resolve(given) };
}
