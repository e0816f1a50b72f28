import { BusyError, UnknownError } from "../../model/errors.ts";

/** Who has the engine change the stack. */
interface Owner {
  readonly machine: string;
  readonly isDead: boolean;
}

/** One `up` under way, with the stack locked. */
export interface FakeUp {
  /** @throws UnknownError when somebody ended it */
  check(): void;
  over(): void;
}

/** The lock of a stack, as Pulumi takes it and the adapter takes it away: of the dead, and of drivers that were succeeded. */
export class FakeEngine {
  #held: { readonly owner: Owner; isEnded: boolean } | null = null;

  /**
   * @param asDriver its fence holds: whoever drove before was succeeded
   * @throws BusyError when somebody is at the stack
   */
  begin(owner: Owner, asDriver: boolean): FakeUp {
    const before = this.#held;
    const canEnd = before !== null && before.owner.machine === owner.machine && (before.owner.isDead || asDriver);
    if (before && !canEnd) throw new BusyError("Another update of the stack is under way; nothing was changed");
    if (before) before.isEnded = true;
    const mine = { owner, isEnded: false };
    this.#held = mine;
    return {
      check: () => {
        if (mine.isEnded) throw new UnknownError("Pulumi was ended");
      },
      over: () => {
        if (this.#held === mine) this.#held = null;
      },
    };
  }
}
