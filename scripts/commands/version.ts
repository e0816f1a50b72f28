import type { Command } from "commander";
import { serviceOf } from "../../infra/config/resolve-revision.ts";
import { declared } from "../../infra/ledger/declared.ts";
import { streamOf } from "../../infra/ledger/event.ts";
import { rollouts } from "../../infra/ledger/rollouts.ts";
import { InputError } from "../../infra/model/errors.ts";
import { version as versionSchema } from "../../infra/model/release.ts";
import { compareVersions, nextVersion } from "../../infra/rollout/version.ts";
import { command, group, perform } from "../cli/command.ts";
import { exitCode } from "../cli/exit.ts";
import { openEnvironment, openLedgerOf } from "../compose.ts";

interface Options {
  readonly json?: boolean;
  readonly from?: string;
}

export function versionCommand(): Command {
  const next = command(
    "next",
    "the version after the newest one that was ever asked for, rolling over at the settings' limits",
    ["version next dev org1/react-ui", "version next dev org1/react-ui --from 1.9.9"],
  )
    .argument("<environment>")
    .argument("<service>")
    .option("--from <version>", "count from this version instead")
    .action((name: string, service: string, options: Options) =>
      perform(options, async ({ out }) => {
        const environment = await openEnvironment(name);
        serviceOf(environment.settings, service);
        const current = options.from === undefined ? await newest(environment, name, service) : checked(options.from);
        const following = current === null ? "0.1.0" : nextVersion(current, environment.settings.versions);
        out.result({ current, next: following }, following);
        return exitCode.done;
      }),
    );
  return group("version", "semantic versions of a service", [next]);
}

async function newest(
  environment: Awaited<ReturnType<typeof openEnvironment>>,
  name: string,
  service: string,
): Promise<string | null> {
  const ledger = await openLedgerOf(environment, true);
  const entries = await ledger.read(streamOf(name, service)).finally(() => ledger.close());
  const { settled, slots } = declared(entries);
  const serving = settled ? slots[settled]?.revision.release.version : undefined;
  const known = [...rollouts(entries).map(({ release }) => release.version), ...(serving ? [serving] : [])];
  return known.sort(compareVersions).at(-1) ?? null;
}

function checked(text: string): string {
  const parsed = versionSchema.safeParse(text);
  if (parsed.success) return parsed.data;
  const message = `${parsed.error.issues[0]?.message ?? "not a version"}, found ${JSON.stringify(text)}`;
  throw new InputError("This is not a version:", [{ key: "from", message }]);
}
