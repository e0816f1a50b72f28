import type { ChangeKind, Notice } from "../../model/notice.ts";
import type { NotifierPort } from "../ports.ts";

/** How a notifier takes what it is told. */
export type Manner = "well" | "fails" | "hangs";

/** Keeps what it was told, with the thread that each was put into. */
export class FakeNotifier implements NotifierPort {
  readonly name: string;
  readonly told: { readonly notice: Notice; readonly thread: string | null }[] = [];
  readonly #on: readonly ChangeKind[] | null;
  readonly #manner: () => Manner;

  constructor(name: string, manner: Manner | (() => Manner) = "well", on: readonly ChangeKind[] | null = null) {
    this.name = name;
    this.#manner = typeof manner === "string" ? () => manner : manner;
    this.#on = on;
  }

  get changes(): readonly Notice["change"][] {
    return this.told.map(({ notice }) => notice.change);
  }

  wants({ change }: Notice): boolean {
    return change === "test" || this.#on === null || this.#on.includes(change);
  }

  send(notice: Notice, thread: string | null): Promise<string | null> {
    switch (this.#manner()) {
      case "hangs":
        return new Promise(() => undefined);
      case "fails":
        return Promise.reject(new Error(`${this.name} is away`));
      case "well":
        this.told.push({ notice, thread });
        return Promise.resolve(thread ?? `thread of ${notice.rollout}`);
    }
  }
}
