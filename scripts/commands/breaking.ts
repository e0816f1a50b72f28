import type { Command } from "commander";
import { compareOpenapi } from "../../infra/adapters/oasdiff.ts";
import { openRepository } from "../../infra/adapters/repository.ts";
import type { Given } from "../../infra/analysis/breaking/facts.ts";
import { serviceOf } from "../../infra/config/resolve-revision.ts";
import type { BreakingReport } from "../../infra/model/breaking.ts";
import { InputError } from "../../infra/model/errors.ts";
import { gather, type Question, reportOf } from "../breaking/gather.ts";
import { command, perform } from "../cli/command.ts";
import { exitCode } from "../cli/exit.ts";
import { table } from "../cli/table.ts";
import { openEnvironment } from "../compose.ts";
import { ensureOasdiff } from "../toolchain/oasdiff.ts";
import { both } from "./both.ts";

interface Options {
  readonly json?: boolean;
  readonly repository: string;
  readonly environment?: string;
  readonly service?: string;
}

export function breakingCommand(): Command {
  return command("breaking", "what may break somebody between two commits of a service's repository; runs none of it", [
    "breaking v1.4.2 v2.0.0 --repository ../react-ui",
    "breaking v1.4.2 HEAD --environment prod --service org1/react-ui --json > breaking.json",
  ])
    .argument("<from>", "tag, branch or commit that serves")
    .argument("<to>", "tag, branch or commit that is to come in")
    .option("--repository <path>", "the service's git repository", ".")
    .option("--environment <environment>", "look at its settings of the service, too")
    .option("--service <service>", 'e.g. "org1/react-ui"')
    .action((from: string, to: string, options: Options) =>
      perform(options, async ({ out }) => {
        const compare: Question["compareOpenapi"] = async (older, newer) =>
          compareOpenapi(await ensureOasdiff((line) => out.tell("step", line)), older, newer);
        const reading = openRepository(options.repository).then((repository) =>
          gather({ repository, from, to, compareOpenapi: compare }),
        );
        const [gathered, settings] = await both(reading, settingsOf(options));
        const report = reportOf(gathered, settings);
        out.result(report, asText(report));
        return report.findings.length === 0 ? exitCode.done : exitCode.refused;
      }),
    );
}

/** What the environment gives the service and asks of it. @throws InputError with every problem */
async function settingsOf({ environment, service }: Options): Promise<(Given & { readonly service: string }) | null> {
  if (environment === undefined && service === undefined) return null;
  if (environment === undefined || service === undefined) {
    const [key, other] = environment === undefined ? ["--environment", "--service"] : ["--service", "--environment"];
    throw new InputError("This can't be compared:", [{ key, message: `expected it, since ${other} is given` }]);
  }
  const { settings } = await openEnvironment(environment);
  const { container, health } = serviceOf(settings, service);
  return {
    environment,
    service,
    variables: Object.keys(container.environment),
    health: {
      http: health.http.path,
      readiness: health.readiness === false ? null : health.readiness.path,
      database: health.database === false ? null : health.database.path,
    },
  };
}

function asText({ from, to, findings }: BreakingReport): string {
  const between = `${from.ref} (${from.commit.slice(0, 12)}) to ${to.ref} (${to.commit.slice(0, 12)})`;
  if (findings.length === 0) return `${between}: nothing was found that breaks anything`;
  const rows = findings.map(({ kind, severity, where, what, id }) => [kind, severity, where, `${what} (${id})`]);
  return `${table(["in", "how sure", "where", "what"], rows)}\n${between}: ${findings.length} found`;
}
