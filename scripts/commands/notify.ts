import type { Command } from "commander";
import { notifiersBy } from "../../infra/adapters/notifiers/index.ts";
import { testNotice } from "../../infra/driver/notices/notice.ts";
import { InputError, messageOf } from "../../infra/model/errors.ts";
import { command, group, perform, type Action } from "../cli/command.ts";
import { exitCode, type ExitCode } from "../cli/exit.ts";
import { table } from "../cli/table.ts";
import { actor, openEnvironment } from "../compose.ts";

interface Options {
  readonly json?: boolean;
}

export function notifyCommand(): Command {
  const test = command("test", "send a message through each notifier of an environment, and show which took it", [
    "notify test prod",
    "notify test prod oncall",
  ])
    .argument("<environment>")
    .argument("[notifier]", "only this one; default: each")
    .action((environment: string, notifier: string | undefined, options: Options) =>
      perform(options, (action) => sendTest(environment, notifier, action)),
    );
  return group("notify", "who is told what becomes of rollouts", [test]);
}

async function sendTest(name: string, only: string | undefined, { out, signal }: Action): Promise<ExitCode> {
  const { settings, secrets } = await openEnvironment(name);
  const { notifications } = settings;
  if (only !== undefined && notifications[only] === undefined) {
    const names = Object.keys(notifications).join(", ") || "none";
    throw new InputError("There is no such notifier:", [{ key: only, message: `expected one of: ${names}` }]);
  }
  const chosen = notifiersBy(notifications, secrets).filter((one) => only === undefined || one.name === only);
  const at = new Date().toISOString();
  const results = await Promise.all(
    chosen.map(async (notifier) => {
      const kind = notifications[notifier.name]?.kind ?? "";
      const failure = await notifier.send(testNotice(name, actor(), at, notifier.name), null, signal).then(
        () => null,
        (error: unknown) => messageOf(error),
      );
      return { notifier: notifier.name, kind, sent: failure === null, reason: failure };
    }),
  );
  const rows = results.map(({ notifier, kind, reason }) => [
    notifier,
    kind,
    reason === null ? "sent" : `not sent: ${reason}`,
  ]);
  out.result(
    { notifiers: results },
    rows.length === 0 ? "The settings name no notifier." : table(["notifier", "kind", "result"], rows),
  );
  return results.every(({ sent }) => sent) ? exitCode.done : exitCode.refused;
}
