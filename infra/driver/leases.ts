import { renewEveryMs } from "../gateway/ticks.ts";
import { probesOf } from "../rollout/health.ts";
import type { Plan } from "../model/plan.ts";
import type { Share } from "../model/share.ts";
import { ConflictError, UnknownError } from "../model/errors.ts";
import { claimOf, type Failure, inWords, onEveryHost, type Everywhere, type Run } from "./context.ts";
import { hostsWith } from "./places.ts";
import { limits } from "./limits.ts";

/**
 * Keeps the candidate's lease alive on every host from its first step to its end, however long a look, a health check or
 * the ledger takes in between. A look that doesn't end isn't a watch: then it lets the lease lapse.
 */
export class Leases {
  readonly #run: Run;
  #share: Share = 0;
  #givenAt = 0;
  #stop: AbortController | null = null;
  #over = false;
  #isResting = false;
  #conflict: ConflictError | null = null;
  #renewal: Promise<unknown> = Promise.resolve();
  readonly #renewedAt = new Map<string, { readonly steady: number; readonly today: number }>();
  readonly #lapsed = new Set<string>();

  /** @param lapsed hosts on which it had run out before this driver began */
  constructor(run: Run, lapsed: readonly string[] = []) {
    this.#run = run;
    for (const host of lapsed) this.#lapsed.add(host);
  }

  /** Gives the candidate this now, and renews it until the next `give` or `end`. */
  async give(share: Share): Promise<Everywhere<void>> {
    // A renewal that overtakes this call would bring the last share back.
    await this.#renewal;
    this.check();
    if (this.#over) throw new UnknownError("the rollout goes back: no lease is given any more");
    this.#share = share;
    this.#isResting = false;
    this.#givenAt = this.#run.clock.steady();
    const given = await this.#onEveryHost();
    // It may have been over before the hosts answered.
    if (!this.#stop && !this.#over) this.#renew((this.#stop = new AbortController()).signal);
    return given;
  }

  /** Hosts on which it had run out before a renewal came through: for a while their clients were on the settled slot. */
  get lapsed(): readonly string[] {
    return [...this.#lapsed];
  }

  /** What had run out until now was given again, as it may be. */
  forgetLapsed(): void {
    this.#lapsed.clear();
  }

  /**
   * Has nobody on the candidate until the next `give`: its users are taken away where it still has some, and the lease runs
   * out. Where that isn't possible, only the latter. Returns those hosts, once.
   */
  async rest(): Promise<readonly Failure[]> {
    this.#stop?.abort();
    this.#stop = null;
    this.#renewedAt.clear();
    this.#lapsed.clear();
    if (this.#isResting || this.#over) return [];
    this.#isResting = true;
    // A renewal that overtakes this call would bring them back.
    await this.#renewal;
    const hosts = hostsWith(this.#run, this.#run.candidate);
    return (await onEveryHost(hosts, (host) => host.lease(claimOf(this.#run), 0))).failed;
  }

  /** Nothing is awaited here: a renewal on its way is refused by the hosts once the rollout has ended there. */
  end(): void {
    this.#over = true;
    this.#stop?.abort();
    this.#stop = null;
  }

  /** @throws ConflictError when a renewal was refused because a newer driver took over. */
  check(): void {
    if (this.#conflict) throw this.#conflict;
  }

  #renew(stop: AbortSignal): void {
    void this.#keepRenewing(stop).catch((error: unknown) => {
      if (error instanceof ConflictError) this.#conflict = error;
    });
  }

  async #keepRenewing(stop: AbortSignal): Promise<void> {
    const { clock, plan, tell } = this.#run;
    for (;;) {
      await clock.sleep(renewEveryMs(plan), stop);
      if (stop.aborted) return;
      if (clock.steady() - this.#givenAt > longestLook(plan)) {
        tell("bad", "A look didn't come to its end: the lease isn't renewed any more");
        return this.end();
      }
      const renewal = this.#onEveryHost();
      this.#renewal = renewal.catch(() => undefined);
      const { failed } = await renewal;
      if (stop.aborted) return;
      if (failed.length > 0) tell("note", `A lease could not be renewed, it is tried again: ${inWords(failed)}`);
    }
  }

  async #onEveryHost(): Promise<Everywhere<void>> {
    const share = this.#share;
    const { clock, plan } = this.#run;
    const leases = await onEveryHost(hostsWith(this.#run, this.#run.candidate), (host) =>
      host.lease(claimOf(this.#run), share),
    );
    for (const { host } of leases.done) {
      // A machine that slept may have stopped one of its clocks.
      const now = { steady: clock.steady(), today: clock.now() };
      const before = this.#renewedAt.get(host) ?? now;
      const passed = Math.max(now.steady - before.steady, now.today - before.today);
      if (passed > plan.leaseTicks * plan.tickSeconds * 1000) this.#lapsed.add(host);
      this.#renewedAt.set(host, now);
    }
    return leases;
  }
}

/** Milliseconds that one look may take by the plan's own settings, and some: its pause, its checks, its own requests. */
export function longestLook({ health, watch }: Plan): number {
  const checks = probesOf(health).length + 1;
  return limits.lookMargin + (watch.intervalSeconds * 3 + checks * health.timeoutSeconds) * 1000;
}
