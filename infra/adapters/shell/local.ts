import { UnknownError } from "../../model/errors.ts";
import { runInGroup } from "../process-group.ts";
import type { HostShell } from "./shell.ts";

/** This machine as a host. */
export function localShell(): HostShell {
  return {
    async run(argv, { stdin, timeoutMs }) {
      const ran = await runInGroup(argv, { timeoutMs, graceMs: 0, ...(stdin === undefined ? {} : { stdin }) });
      const { exitCode, stdout, stderr } = ran;
      if (ran.trouble === "late") throw new UnknownError(`${argv[0] ?? ""} gave no answer within ${timeoutMs} ms`);
      if (ran.trouble === "notStarted") throw new UnknownError(ran.message);
      return { exitCode, stdout, stderr };
    },
    reach: (host, port) => Promise.resolve({ host, port }),
    close: () => Promise.resolve(),
  };
}
