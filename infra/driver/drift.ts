import { declared } from "../ledger/declared.ts";
import { messageOf } from "../model/errors.ts";
import { type SlotName, slotNames } from "../model/slot.ts";
import { onEveryHost, type Run, type Service } from "./context.ts";
import type { SlotContents } from "./ports.ts";

/** Looks for what somebody changed by hand on the service's hosts, and tells each finding once. */
export class DriftWatch {
  #glancing = false;
  #glanced: readonly string[] = [];
  readonly #said = new Set<string>();
  readonly #starts = new Map<string, string>();

  /**
   * Findings that are new: `host-a: local-org1-ui-blue: it is paused`. A host that can't be asked is nobody's drift; whoever
   * needs it says so.
   * @throws ConflictError when a host has seen a newer driver
   */
  async look({ hosts, journal }: Pick<Service, "hosts" | "journal">): Promise<readonly string[]> {
    const { slots } = declared(journal.entries);
    const { done } = await onEveryHost(hosts, async (host) => {
      const placed = (slot: SlotName) => (slots[slot]?.revision.hosts[host.name] ? slots[slot] : null);
      const wanted: SlotContents = { blue: placed("blue"), green: placed("green") };
      const { findings, startedAt } = await host.drift(wanted);
      const fills = slotNames.map((slot) => [slot, wanted[slot]?.revisionHash, startedAt[slot]] as const);
      return [...findings, ...fills.flatMap((fill) => this.#restarted(host.name, ...fill))];
    });
    const all = done.flatMap(({ host, value }) => value.map((finding) => `${host}: ${finding}`));
    const news = all.filter((finding) => !this.#said.has(finding));
    for (const finding of news) this.#said.add(finding);
    return news;
  }

  /** Looks aside: what earlier glances found and nobody was told yet. A host that is slow to answer holds nothing up. */
  glance(service: Pick<Service, "hosts" | "journal">): readonly string[] {
    const found = this.#glanced;
    this.#glanced = [];
    if (!this.#glancing) {
      this.#glancing = true;
      void this.look(service)
        .then((news) => void (this.#glanced = [...this.#glanced, ...news]))
        .catch(() => undefined) // A newer driver is met by whatever acts next.
        .finally(() => void (this.#glancing = false));
    }
    return found;
  }

  #restarted(host: string, slot: SlotName, revision: string | undefined, at: string | null): readonly string[] {
    if (revision === undefined || at === null) return [];
    const key = `${host} ${slot} ${revision}`;
    const before = this.#starts.get(key);
    this.#starts.set(key, at);
    return before === undefined || before === at ? [] : [`${slot} was started again at ${at}`];
  }
}

/** Says what was found, and writes it down. It decides nothing: hands may have had their reasons. */
export async function sayDrift({ id, journal, tell }: Run, findings: readonly string[]): Promise<void> {
  if (findings.length === 0) return;
  for (const finding of findings) tell("bad", `Changed by hand? ${finding}`);
  await journal.appendLater({ kind: "drifted", rollout: id, findings: [...findings] });
}

/** What is changed by hand just now, for who only looks. */
export async function driftOf(service: Service): Promise<readonly string[]> {
  return new DriftWatch().look(service).catch((error: unknown) => [messageOf(error)]);
}
