import * as pulumi from "@pulumi/pulumi";
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { openLedger } from "../infra/adapters/ledger/index.ts";
import { secretsFrom } from "../infra/adapters/secrets.ts";
import { readSettings } from "../infra/config/load.ts";
import { ConflictError, InputError, LedgerError, RefusedError, UnknownError } from "../infra/model/errors.ts";
import { declareStack } from "./program.ts";

/** The program that `pulumi up` runs from a shell: the stack's name says what it declares. */
export default async function program(): Promise<unknown> {
  try {
    return await declare(pulumi.getStack());
  } catch (error) {
    // Users see a message, bugs their stack.
    throw shown(isForUser(error) ? error.message : stackOf(error));
  }
}

/**
 * An error that Pulumi shows by its message alone. Without a stack of its own: Pulumi would format it in colour, and Node
 * 24.9 needs gigabytes for that where a line of it is inside two `node_modules`.
 */
function shown(message: string): Error {
  const error = new pulumi.RunError(message);
  delete error.stack;
  return error;
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

async function declare(stack: string): Promise<unknown> {
  const [environment = stack] = stack.split(".");
  const folder = process.env["SLUICE_CONFIG_DIR"] ?? join(import.meta.dirname, "config");
  const settings = await readSettings(environment, folder, (path) => readFile(path, "utf8"), homedir());
  const { resolve } = secretsFrom(process.env);
  const ledger = await openLedger(settings.ledger, { resolve, readOnly: true });
  try {
    return await declareStack(stack, { settings, ledger, resolve });
  } finally {
    await ledger.close();
  }
}

function isForUser(error: unknown): error is Error {
  return [InputError, LedgerError, UnknownError, RefusedError, ConflictError].some((kind) => error instanceof kind);
}
