import { execa } from "execa";
import { accessSync, constants, renameSync } from "node:fs";
import { join } from "node:path";
import type { LedgerLine } from "./ledger-line.ts";

/** Takes away all that a rollback must not need. */
export interface Outage {
  begin(): Promise<void>;
  end(): Promise<void>;
}

/** @throws Error when something is still there after `begin`: the measurement would prove nothing. */
export function outage(state: string, line: LedgerLine, ledgerAnswers: () => Promise<boolean>): Outage {
  const path = process.env["PATH"] ?? "";
  return {
    begin: async () => {
      renameSync(state, `${state}.away`);
      process.env["PATH"] = withoutPulumi(path);
      await line.cut();
      const { failed } = await execa("pulumi", ["version"], { reject: false });
      if (!failed) throw new Error("pulumi is still on PATH");
      if (await ledgerAnswers()) throw new Error("the ledger still answers");
    },
    end: async () => {
      renameSync(`${state}.away`, state);
      process.env["PATH"] = path;
      await line.mend();
    },
  };
}

function withoutPulumi(path: string): string {
  return path
    .split(":")
    .filter((folder) => !isExecutable(join(folder, "pulumi")))
    .join(":");
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
