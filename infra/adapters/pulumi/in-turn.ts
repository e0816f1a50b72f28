import type { Clock, Fence } from "../../driver/ports.ts";
import { BusyError, messageOf } from "../../model/errors.ts";
import { systemClock } from "../clock.ts";
import { type DeadLocks, holdersIn } from "./dead-locks.ts";
import { endMarked } from "./engines.ts";

const interval = 2_000;
/** Locks that are taken away, and drivers whose engines are ended, in one turn. */
const mostRooms = 5;

export interface Turn {
  readonly locks: DeadLocks;
  readonly stack: string;
  /** Of the driver that wants its turn; none where no driver does. */
  readonly fence?: Fence | undefined;
  readonly stop?: AbortSignal | undefined;
  /** How long somebody else's lock is waited for, in milliseconds. */
  readonly patience: number;
  /** Takes whatever locks the stack has away. */
  readonly cancel: () => Promise<void>;
  readonly say: (text: string) => void;
  readonly clock?: Pick<Clock, "steady" | "sleep">;
}

/**
 * Does what takes Pulumi's lock on a stack. A lock that a process of this machine died with is taken away. A driver ends the
 * engines of those that it has succeeded: they would carry out what holds no more. Anybody else is waited for.
 * @throws BusyError that says who holds the lock, when it doesn't become free in time
 */
export async function inTurn<T>(turn: Turn, act: () => Promise<T>): Promise<T> {
  const { locks, stack, fence, stop, patience, say, clock = systemClock } = turn;
  const over = await locks.begun(stack, fence !== undefined);
  const until = clock.steady() + patience;
  let rooms = 0;
  let isSaid = false;
  for (;;) {
    try {
      await fence?.();
      const result = await act();
      await over();
      return result;
    } catch (error) {
      if (!(error instanceof BusyError) || stop?.aborted) throw error;
      await fence?.();
      if (rooms < mostRooms && (await makeRoom(turn, messageOf(error.cause)))) rooms++;
      else if (clock.steady() >= until) throw error;
      else {
        const seconds = Math.ceil(patience / 1000);
        if (!isSaid) say(`${error.message.split(";")[0]}: it is waited for, ${seconds} s at most`);
        isSaid = true;
        await clock.sleep(interval, stop);
      }
    }
  }
}

/** Whether something was done about the locks that are in the way. */
async function makeRoom(turn: Turn, report: string): Promise<boolean> {
  const { locks, stack, fence, cancel, say } = turn;
  if (fence && (await endSucceeded(turn, holdersIn(report)))) return true;
  if (!(await locks.hold(stack, report, fence !== undefined))) return false;
  say(`The lock of stack ${stack} is taken away: the process that held it has ended`);
  await locks.takeAway(stack, report, cancel);
  return true;
}

async function endSucceeded({ locks, stack, say, clock }: Turn, engines: readonly number[]): Promise<boolean> {
  const succeeded = await locks.succeeded(stack);
  for (const { mark, pid } of succeeded) {
    say(`Pulumi is ended on stack ${stack}: process ${pid}, which had begun that, was succeeded`);
    await endMarked({ mark, engines, ...(clock ? { clock } : {}) });
  }
  return succeeded.length > 0;
}
