import type { Command } from "commander";
import { quarantine } from "../../infra/ledger/rollouts.ts";
import { RefusedError } from "../../infra/model/errors.ts";
import { command, group, perform } from "../cli/command.ts";
import { exitCode } from "../cli/exit.ts";
import { table } from "../cli/table.ts";
import { openEnvironment, openService } from "../compose.ts";

interface Options {
  readonly json?: boolean;
  readonly reason: string;
}

export function quarantineCommand(): Command {
  const list = command("list", "digests that were rolled back and may not come again", [
    "quarantine list prod org1/react-ui",
  ])
    .argument("<environment>")
    .argument("<service>")
    .action((name: string, serviceName: string, options: Options) =>
      perform(options, async ({ out, signal }) => {
        const { service, close } = await openService(await openEnvironment(name), serviceName, {
          hosts: "none",
          tell: out.tell,
          signal,
        });
        const held = [...quarantine(service.journal.entries).values()];
        await close();
        const rows = held.map(({ digest, at, rollout, reason }) => [digest, at, rollout, reason]);
        out.result(
          { quarantine: held },
          rows.length === 0 ? "Nothing is in quarantine." : table(["digest", "since", "rollout", "why"], rows),
        );
        return exitCode.done;
      }),
    );
  const lift = command("lift", "let a digest in again that was rolled back; a person answers for it", [
    'quarantine lift prod org1/react-ui sha256:<digest> --reason "the database was down, not the release"',
  ])
    .argument("<environment>")
    .argument("<service>")
    .argument("<digest>")
    .requiredOption("--reason <text>", "why it may come again, for the ledger")
    .action((name: string, serviceName: string, digest: string, options: Options) =>
      perform(options, async ({ out, signal }) => {
        const { service, close } = await openService(await openEnvironment(name), serviceName, {
          hosts: "none",
          tell: out.tell,
          signal,
        });
        try {
          if (!quarantine(service.journal.entries).has(digest))
            throw new RefusedError(`${digest} is not in quarantine`);
          await service.journal.append({ kind: "quarantineLifted", digest, reason: options.reason });
          out.result({ lifted: digest }, `${digest} may be rolled out again.`);
          return exitCode.done;
        } finally {
          await close();
        }
      }),
    );
  return group("quarantine", "digests that were rolled back", [list, lift]);
}
