import { leaseLapsesAt, type LeaseSettings } from "../../gateway/ticks.ts";
import { shareName } from "../../gateway/host-call.ts";
import { bucketsOf } from "../../gateway/permutation.ts";
import { ConflictError, UnknownError } from "../../model/errors.ts";
import type { Revision } from "../../model/revision.ts";
import type { Share } from "../../model/share.ts";
import type { SlotName } from "../../model/slot.ts";
import type { Claim, Clients, Routing } from "../ports.ts";

/** One host as the host script and nginx behave there: fencing, ended rollouts, leases that lapse by its own clock. */
export class FakeHost {
  readonly name: string;
  /** Whether `service-init` was ever called: before that the script knows nothing of the service. */
  known = false;
  settled: SlotName | null = null;
  /** What somebody changed by hand. */
  drift: readonly string[] = [];
  /** Ids of containers that no stack knows. */
  readonly orphans: Partial<Record<SlotName, string>> = {};
  token = 0;
  readonly containers: Record<SlotName, Revision | null> = { blue: null, green: null };
  readonly open: Record<SlotName, number> = { blue: 0, green: 0 };
  readonly #rollouts = new Map<string, { slot: SlotName; shares: readonly Share[]; order: readonly number[] }>();
  readonly #ended = new Set<string>();
  readonly #now: () => number;
  readonly #lease: LeaseSettings;
  #current: { rollout: string; slot: SlotName; share: Share } | null = null;
  #lapsesAt = 0;

  constructor(name: string, now: () => number, lease: LeaseSettings) {
    this.name = name;
    this.#now = now;
    this.#lease = lease;
  }

  prepare({ token, rollout, slot }: Claim, shares: readonly Share[], order: readonly number[]): void {
    this.#refuseStale(token);
    if (this.#ended.has(rollout)) throw new UnknownError(`rollout ${rollout} has ended on this host`);
    const before = this.#rollouts.get(rollout);
    if (before && before.order.join() !== order.join()) throw new UnknownError("prepared with another order");
    this.token = token;
    this.#rollouts.set(rollout, { slot, shares: [...(before?.shares ?? []), ...shares], order });
  }

  lease({ token, rollout, slot }: Claim, share: Share): void {
    this.#refuseStale(token);
    const prepared = this.#rollouts.get(rollout);
    if (!prepared) throw new UnknownError(`rollout ${rollout} has ended on this host, or was never prepared`);
    const isPrepared = prepared.shares.some((one) => shareName(one) === shareName(share));
    if (prepared.slot !== slot || !isPrepared) throw new UnknownError("not prepared");
    this.token = token;
    this.#current = { rollout, slot, share };
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

  /** What nginx looks up for a request of these clients. */
  route(clients: Clients): Routing {
    this.#mustKnow();
    const { settled } = this;
    const current = this.#leased();
    if (!current) return { settled, target: settled, copies: null };
    const { rollout, slot, share } = current;
    if (clients === "testers") return { settled, target: slot, copies: null };
    const order = this.#rollouts.get(rollout)?.order ?? [];
    const percent = typeof share === "object" ? share.copies : share;
    const chosen = percent > 0 && order.slice(0, bucketsOf(percent)).includes(clients);
    const copied = typeof share === "object";
    return { settled, target: chosen && !copied ? slot : settled, copies: chosen && copied ? slot : null };
  }

  /** The slot that gets copies of users' requests. */
  shadowed(): SlotName | null {
    const current = this.#leased();
    return current && typeof current.share === "object" ? current.slot : null;
  }

  #leased() {
    return this.#current && this.#now() < this.#lapsesAt ? this.#current : null;
  }

  /** Slots that some users reach now. */
  served(): readonly SlotName[] {
    if (!this.known) return [];
    const current = this.#leased();
    const percent = typeof current?.share === "number" ? current.share : 0;
    return [percent > 0 ? (current?.slot ?? null) : null, percent === 100 ? null : this.settled].filter(
      (slot) => slot !== null,
    );
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
