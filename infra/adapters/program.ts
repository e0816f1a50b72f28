import { execa } from "execa";
import type { CommandPort } from "../driver/ports.ts";

/** How long a program has from SIGTERM to SIGKILL, in milliseconds. */
const grace = 5_000;

/** Runs a program on this machine, without a shell; its output is kept for the ledger's tail only. */
export const localPrograms: CommandPort = {
  async run([file = "", ...args], environment, timeoutMs, signal) {
    const ran = await execa(file, args, {
      env: environment,
      all: true,
      reject: false,
      stdin: "ignore",
      timeout: timeoutMs,
      cancelSignal: signal,
      forceKillAfterDelay: grace,
      maxBuffer: 1_000_000,
    });
    if (ran.timedOut || ran.exitCode === undefined) {
      return { exitCode: null, output: ran.timedOut ? (ran.all ?? "") : (ran.shortMessage ?? "") };
    }
    return { exitCode: ran.exitCode, output: ran.all ?? "" };
  },
};
