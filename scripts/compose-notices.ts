import { systemClock } from "../infra/adapters/clock.ts";
import { notifiersBy } from "../infra/adapters/notifiers/index.ts";
import { NoticeBoard } from "../infra/driver/notices/board.ts";
import type { About } from "../infra/driver/notices/notice.ts";
import type { Tell } from "../infra/driver/ports.ts";
import type { LedgerEvent } from "../infra/ledger/event.ts";
import type { Environment } from "./compose.ts";

/** How long a command that has come to its end goes on telling people, milliseconds. */
export const sendingLimit = 10_000;

/** Where people are told what becomes of a service's rollouts, by the environment's settings. */
export function openBoard(
  { settings, secrets }: Environment,
  service: About["service"],
  note: (event: LedgerEvent) => Promise<void>,
  tell: Tell,
): NoticeBoard {
  const about = { environment: settings.environment, service };
  const notifiers = notifiersBy(settings.notifications, secrets);
  return new NoticeBoard({ about, notifiers, note, clock: systemClock, tell });
}
