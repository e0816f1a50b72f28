import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { LedgerError } from "../infra/model/errors.ts";
import type { SlotName } from "../infra/model/slot.ts";

const head = z.object({ sequence: z.int().min(1), hash: z.string() });
const slot = z.object({ filledBy: z.int().min(1) }).nullable();

const outputs = z.object({
  ledger: z.object({ id: z.string().min(1), head: head.nullable() }),
  slots: z.object({ blue: slot, green: slot }).optional(),
});

/** What a stack's last update left in its outputs about the ledger that it was declared from. */
export interface Remembered {
  readonly ledger: { readonly id: string; readonly head: z.infer<typeof head> | null } | null;
  /** Number of the ledger's entry that filled each slot, where the stack has filled it. */
  readonly filledBy: Readonly<Record<SlotName, number | null>>;
}

/**
 * Reads the running program's own stack as it was before this update.
 *
 * The engine itself answers this call (a `StackReference` would ask the same, and leave a resource in the state).
 */
export async function ownLastOutputs(): Promise<unknown> {
  const name = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/");
  const { outputs } = (await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", { name })) as { outputs: unknown };
  return outputs;
}

/** @throws LedgerError when the outputs are there, and don't say which ledger they came from. */
export function remembered(lastOutputs: unknown): Remembered {
  if (isEmpty(lastOutputs)) return { ledger: null, filledBy: { blue: null, green: null } };
  const parsed = outputs.safeParse(lastOutputs);
  if (!parsed.success) {
    throw new LedgerError(
      `The stack's outputs don't say which ledger it was declared from:\n${z.prettifyError(parsed.error)}`,
    );
  }
  const { ledger, slots } = parsed.data;
  return { ledger, filledBy: { blue: slots?.blue?.filledBy ?? null, green: slots?.green?.filledBy ?? null } };
}

function isEmpty(value: unknown): boolean {
  return typeof value !== "object" || value === null || Object.keys(value).length === 0;
}
