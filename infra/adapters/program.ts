import type { CommandPort } from "../driver/ports.ts";
import { runInGroup } from "./process-group.ts";

/** How long a program has from SIGTERM to SIGKILL, in milliseconds. */
const grace = 5_000;

/** Runs a program on this machine, without a shell; its output is kept for the ledger's tail only. */
export const localPrograms: CommandPort = {
  async run(command, environment, timeoutMs, signal) {
    const ran = await runInGroup(command, { environment, timeoutMs, signal, graceMs: grace });
    switch (ran.trouble) {
      case null:
        return { exitCode: ran.exitCode, output: ran.all };
      case "late":
        return { exitCode: null, output: `${ran.all}\nended after ${timeoutMs / 1000} s` };
      case "aborted":
      case "killed":
      case "notStarted":
        return { exitCode: null, output: `${ran.all}\n${ran.message}` };
    }
  },
};
