import type { SlotName } from "../model/slot.ts";
import type { ContainerReading, Usage } from "../model/usage.ts";
import { usageBetween } from "../rollout/usage.ts";
import type { Run } from "./context.ts";
import { hostsWith } from "./places.ts";
import type { HostPort } from "./ports.ts";

/** Of a run, what tells which containers are asked for. */
export type Placed = Pick<Run, "hosts" | "journal" | "candidate" | "settled">;

/** What both slots' containers used since the look before, on every host, as far as it is known. */
export interface Usages {
  readonly known: readonly Usage[];
  /** Hosts that didn't tell in time what the candidate uses. */
  readonly unknown: readonly string[];
}

/** Asks the hosts' engines what the slots' containers use. It is never waited for: what has come by a look is in it. */
export class UsageWatch {
  readonly #before = new Map<string, ContainerReading>();
  readonly #latest = new Map<string, ContainerReading>();
  readonly #asking = new Set<string>();

  /** From here on is counted what the containers use and whether they end; once is enough. */
  begin(run: Placed): void {
    this.#ask(run, (key, reading) => {
      if (!this.#before.has(key)) this.#before.set(key, reading);
    });
  }

  ask(run: Placed): void {
    this.#ask(run, (key, reading) => this.#latest.set(key, reading));
  }

  /** What has come, once: the next look's begins here. */
  take(run: Placed): Usages {
    const known = placesOf(run).flatMap(({ host, slot, key }) => {
      const now = this.#latest.get(key);
      if (!now) return [];
      const usage = usageBetween(this.#before.get(key) ?? null, now);
      this.#before.set(key, now);
      return [{ host: host.name, slot, ...usage }];
    });
    this.#latest.clear();
    const told = known.filter(({ slot }) => slot === run.candidate).map(({ host }) => host);
    const hosts = hostsWith(run, run.candidate).map(({ name }) => name);
    return { known, unknown: hosts.filter((name) => !told.includes(name)) };
  }

  /** One that hasn't answered yet isn't asked again: a hanging engine gets no crowd of questions. */
  #ask(run: Placed, onAnswer: (key: string, reading: ContainerReading) => void): void {
    for (const { host, slot, key } of placesOf(run)) {
      if (this.#asking.has(key)) continue;
      this.#asking.add(key);
      void host
        .usage(slot)
        .then((reading) => void (reading && onAnswer(key, reading)))
        .catch(() => undefined) // Unknown is neither health nor blame.
        .finally(() => this.#asking.delete(key));
    }
  }
}

function placesOf(run: Placed): readonly { readonly host: HostPort; readonly slot: SlotName; readonly key: string }[] {
  return [run.candidate, run.settled].flatMap((slot) =>
    slot === null ? [] : hostsWith(run, slot).map((host) => ({ host, slot, key: `${host.name} ${slot}` })),
  );
}
