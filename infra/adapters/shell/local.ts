import { execa } from "execa";
import { UnknownError } from "../../model/errors.ts";
import type { HostShell } from "./shell.ts";

/** This machine as a host. */
export function localShell(): HostShell {
  return {
    async run([file = "", ...args], { stdin, timeoutMs }) {
      const ran = await execa(file, args, {
        input: stdin ?? "",
        reject: false,
        timeout: timeoutMs,
        stripFinalNewline: false,
      });
      if (ran.timedOut) throw new UnknownError(`${file} gave no answer within ${timeoutMs} ms`);
      if (ran.exitCode === undefined && ran.code !== undefined) throw new UnknownError(ran.shortMessage);
      return { exitCode: ran.exitCode ?? null, stdout: ran.stdout, stderr: ran.stderr };
    },
    reach: (host, port) => Promise.resolve({ host, port }),
    close: () => Promise.resolve(),
  };
}
