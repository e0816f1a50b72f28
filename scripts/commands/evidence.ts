import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { serviceOf } from "../../infra/config/resolve-revision.ts";
import { checkEvidence } from "../../infra/gates/signed/evidence.ts";
import { openEnvelope } from "../../infra/gates/signed/envelope.ts";
import { streamOf } from "../../infra/ledger/event.ts";
import { InputError } from "../../infra/model/errors.ts";
import { digest as digestSchema } from "../../infra/model/release.ts";
import { evidenceStatement } from "../../infra/model/statement.ts";
import { command, group, perform } from "../cli/command.ts";
import { exitCode } from "../cli/exit.ts";
import { table } from "../cli/table.ts";
import { openEnvironment, openLedgerOf } from "../compose.ts";

interface ShowOptions {
  readonly json?: boolean;
}

interface VerifyOptions {
  readonly json?: boolean;
  readonly from: string;
  readonly service: string;
  readonly digest: string;
  readonly maxAgeDays?: string;
}

export function evidenceCommand(): Command {
  return group("evidence", "signed statements that a release was healthy in an environment", [show(), verify()]);
}

function show(): Command {
  return command("show", "the evidence in an environment's ledger; as JSON with its envelopes", [
    "evidence show stg org1/react-ui",
    "evidence show stg org1/react-ui --json",
  ])
    .argument("<environment>")
    .argument("<service>")
    .action((name: string, service: string, options: ShowOptions) =>
      perform(options, async ({ out }) => {
        const environment = await openEnvironment(name);
        serviceOf(environment.settings, service);
        const ledger = await openLedgerOf(environment, true);
        const entries = await ledger.read(streamOf(name, service)).finally(() => ledger.close());
        const { signing } = environment.settings;
        const keys = (signing && signing.trusted[name]) || [];
        const found = entries.toReversed().flatMap(({ event }) => {
          if (event.kind !== "attested") return [];
          const opened = openEnvelope(event.evidence, keys);
          const statement = opened.kind === "opened" ? evidenceStatement.safeParse(opened.statement).data : undefined;
          const reason = opened.kind === "refused" ? opened.reason : statement ? null : "it is no evidence";
          return [{ rollout: event.rollout, statement: statement ?? null, reason, envelope: event.evidence }];
        });
        const rows = found.map(({ rollout, statement, reason }) => [
          rollout,
          statement?.predicate.version ?? "-",
          statement?.predicate.promotedAt ?? "-",
          statement ? `sha256:${statement.subject[0]?.digest.sha256 ?? ""}` : "-",
          reason === null ? "signed by a trusted key" : `doesn't count: ${reason}`,
        ]);
        out.result(
          { evidence: found },
          rows.length === 0
            ? "There is no evidence."
            : table(["rollout", "release", "promoted", "digest", "signature"], rows),
        );
        return exitCode.done;
      }),
    );
}

function verify(): Command {
  return command("verify", "whether an envelope is evidence that counts in an environment", [
    "evidence verify prod evidence.json --from stg --service org1/react-ui --digest sha256:<digest>",
  ])
    .argument("<environment>", "whose settings say which keys are trusted")
    .argument("<file>", "a DSSE envelope")
    .requiredOption("--from <environment>", "where the release is to have been healthy")
    .requiredOption("--service <service>", 'e.g. "org1/react-ui"')
    .requiredOption("--digest <digest>", "the image's digest")
    .action((name: string, file: string, options: VerifyOptions) =>
      perform(options, async ({ out }) => {
        const { settings } = await openEnvironment(name);
        const { from, service, digest } = options;
        const issues =
          digestSchema.safeParse(digest).error?.issues.map(({ message }) => ({ key: "digest", message })) ?? [];
        const { envelope, problem } = await envelopeIn(file);
        if (problem !== undefined) issues.push({ key: file, message: problem });
        if (issues.length > 0) throw new InputError("This can't be verified:", issues);
        const { signing, gates } = settings;
        const promotion = gates.promotion || { maxAgeDays: 30, bakeHours: 0 };
        const checked = checkEvidence(
          envelope,
          { environment: from, service, digest },
          (signing && signing.trusted[from]) || [],
          {
            now: Date.now(),
            maxAgeMs: promotion.maxAgeDays * 86_400_000,
            bakeMs: promotion.bakeHours * 3_600_000,
          },
        );
        if (checked.kind === "invalid") {
          out.result({ valid: false, reason: checked.reason }, `It doesn't count: ${checked.reason}`);
          return exitCode.refused;
        }
        const { predicate } = checked.statement;
        const text = `${predicate.service} ${predicate.version} was healthy in ${predicate.environment}, promoted at ${predicate.promotedAt}; signed by key ${checked.keyId.slice(0, 12)}`;
        out.result({ valid: true, keyId: checked.keyId, statement: checked.statement }, text);
        return exitCode.done;
      }),
    );
}

async function envelopeIn(file: string): Promise<{ envelope?: unknown; problem?: string }> {
  try {
    return { envelope: JSON.parse(await readFile(file, "utf8")) as unknown };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    return { problem: code ? `expected a readable file (${code})` : "expected JSON" };
  }
}
