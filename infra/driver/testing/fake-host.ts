import { leaseLapsesAt, type LeaseSettings } from "../../gateway/ticks.ts";
import { bucketsOf } from "../../gateway/permutation.ts";
import { ConflictError, UnknownError } from "../../model/errors.ts";
import type { Revision } from "../../model/revision.ts";
import type { SlotName } from "../../model/slot.ts";
import type { Claim, Routing } from "../ports.ts";

/** One host as the host script and nginx behave there: fencing, ended rollouts, leases that lapse by its own clock. */
export class FakeHost {
  readonly name: string;
  /** Whether `service-init` was ever called: before that the script knows nothing of the service. */
  known = false;
  settled: SlotName | null = null;
  /** What somebody changed by hand. */
  drift: readonly string[] = [];
  /** Slots in which what is left over was looked for last. */
  swept: readonly SlotName[] = [];
  token = 0;
  readonly containers: Record<SlotName, Revision | null> = { blue: null, green: null };
  readonly open: Record<SlotName, number> = { blue: 0, green: 0 };
  readonly #rollouts = new Map<string, { slot: SlotName; percents: readonly number[]; order: readonly number[] }>();
  readonly #ended = new Set<string>();
  readonly #now: () => number;
  readonly #lease: LeaseSettings;
  #current: { rollout: string; slot: SlotName; percent: number } | null = null;
  #lapsesAt = 0;

  constructor(name: string, now: () => number, lease: LeaseSettings) {
    this.name = name;
    this.#now = now;
    this.#lease = lease;
  }

  prepare({ token, rollout, slot }: Claim, percents: readonly number[], order: readonly number[]): void {
    this.#refuseStale(token);
    if (this.#ended.has(rollout)) throw new UnknownError(`rollout ${rollout} has ended on this host`);
    const before = this.#rollouts.get(rollout);
    if (before && before.order.join() !== order.join()) throw new UnknownError("prepared with another order");
    this.token = token;
    this.#rollouts.set(rollout, { slot, percents: [...(before?.percents ?? []), ...percents], order });
  }

  lease({ token, rollout, slot }: Claim, percent: number): void {
    this.#refuseStale(token);
    const prepared = this.#rollouts.get(rollout);
    if (!prepared) throw new UnknownError(`rollout ${rollout} has ended on this host, or was never prepared`);
    if (prepared.slot !== slot || !prepared.percents.includes(percent)) throw new UnknownError("not prepared");
    this.token = token;
    this.#current = { rollout, slot, percent };
    this.#lapsesAt = leaseLapsesAt(this.#now(), this.#lease);
  }

  clear({ token, rollout }: Pick<Claim, "token" | "rollout">): void {
    this.#mustKnow();
    if (token < this.token) {
      if (!this.#current && !this.#rollouts.has(rollout)) return;
      throw this.#stale(token);
    }
    this.#current = null;
    this.#lapsesAt = 0;
    this.#rollouts.delete(rollout);
    this.#ended.add(rollout);
    this.token = token;
  }

  settle(token: number, slot: SlotName | null): void {
    this.#mustKnow();
    if (token < this.token) {
      if (this.settled === slot) return;
      throw this.#stale(token);
    }
    this.token = token;
    this.settled = slot;
  }

  state() {
    this.#mustKnow();
    const left = Math.max(0, this.#lapsesAt - this.#now());
    const leaseTicks = this.#current ? Math.ceil(left / (this.#lease.tickSeconds * 1000)) : 0;
    return { settled: this.settled, token: this.token, leaseTicks };
  }

  /** What nginx looks up for a request of this bucket. */
  route(bucket: number): Routing {
    this.#mustKnow();
    const { settled } = this;
    if (!this.#current || this.#now() >= this.#lapsesAt) return { settled, target: settled };
    const { rollout, slot, percent } = this.#current;
    const order = this.#rollouts.get(rollout)?.order ?? [];
    const leased = order.slice(0, bucketsOf(percent)).includes(bucket);
    return { settled, target: leased ? slot : settled };
  }

  /** Slots that some users reach now. */
  served(): readonly SlotName[] {
    if (!this.known) return [];
    const leased = this.#current && this.#now() < this.#lapsesAt ? this.#current : null;
    const settled = leased?.percent === 100 ? null : this.settled;
    return [leased?.slot ?? null, settled].filter((slot) => slot !== null);
  }

  #mustKnow(): void {
    if (!this.known) throw new UnknownError("the service isn't known on this host: service-init comes first");
  }

  #refuseStale(token: number): void {
    this.#mustKnow();
    if (token < this.token) throw this.#stale(token);
  }

  #stale(token: number): ConflictError {
    return new ConflictError(`token ${token} is older than ${this.token}: another driver has taken over`);
  }
}
