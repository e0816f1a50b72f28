import { systemClock } from "../infra/adapters/clock.ts";
import { deploymentsBy, notifiersBy } from "../infra/adapters/notifiers/index.ts";
import { siteUrl } from "../infra/config/site-url.ts";
import { NoticeBoard } from "../infra/driver/notices/board.ts";
import type { About } from "../infra/driver/notices/notice.ts";
import type { NotifierPort, Tell } from "../infra/driver/ports.ts";
import type { LedgerEvent } from "../infra/ledger/event.ts";
import type { Environment } from "./compose.ts";
import { workflowRun } from "./workflow-run.ts";

/** How long a command that has come to its end goes on telling people, milliseconds. */
export const sendingLimit = 10_000;

/** Where people are told what becomes of a service's rollouts, by the environment's settings. */
export function openBoard(
  environment: Environment,
  service: About["service"],
  note: (event: LedgerEvent) => Promise<void>,
  tell: Tell,
): NoticeBoard {
  const about = { environment: environment.settings.environment, service };
  const notifiers = notifiersOf(environment, service);
  return new NoticeBoard({ about, notifiers, note, clock: systemClock, tell });
}

/** The settings' notifiers, and GitHub where it shows deployments. */
export function notifiersOf({ settings, secrets }: Environment, service: About["service"]): readonly NotifierPort[] {
  const { github, notifications } = settings;
  const named = notifiersBy(notifications, secrets);
  if (!github?.deployments) return named;
  return [...named, deploymentsBy({ ...github, run: workflowRun(), site: siteUrl(settings, service) }, secrets)];
}
