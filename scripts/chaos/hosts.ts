import { setTimeout as sleep } from "node:timers/promises";
import type { EventKind } from "../../infra/ledger/event.ts";
import { service, type Stage } from "../e2e/testing/stage.ts";
import type { Running } from "../e2e/testing/sluice.ts";
import { statusOf } from "../e2e/testing/status.ts";
import { failures, type Seen, type Users } from "../e2e/testing/users.ts";
import type { Fault, Victim } from "./faults.ts";
import type { Incident, Notice } from "../../infra/model/notice.ts";
import { impossible } from "./outcomes.ts";
import type { Pages } from "./pages.ts";
import { disagreements, orphans } from "./settled.ts";

/** Where a rollout is when something goes wrong with one of its hosts. */
export const phases = ["preparing", "verifying", "first step", "last step", "promoting", "going back"] as const;
export type Phase = (typeof phases)[number];

/** From what was seen on all hosts to the event that says so, in milliseconds. */
const margin = 500;

/** What one fault in one phase came to. */
export interface Struck {
  readonly phase: Phase;
  readonly fault: Fault["name"];
  /** `promoted`, `rolledBack`, `stranded`, or how else the command ended. */
  readonly outcome: string;
  readonly reason: string;
  /** For how long hosts that could be reached served users of both versions, once all were to go one way, in milliseconds. */
  readonly mixedMilliseconds: number;
  readonly problems: readonly string[];
}

export interface HostCampaignParts {
  readonly stage: Stage;
  readonly users: Users;
  readonly victim: Victim;
  readonly pages: Pages;
  /** How long hosts that answer may serve users of two versions; milliseconds. */
  readonly bound: number;
}

/** Strikes one host of a stage in the middle of rollouts. */
export class HostCampaign {
  readonly #stage: Stage;
  readonly #users: Users;
  readonly #victim: Victim;
  readonly #pages: Pages;
  readonly #bound: number;

  constructor({ stage, users, victim, pages, bound }: HostCampaignParts) {
    this.#stage = stage;
    this.#users = users;
    this.#victim = victim;
    this.#pages = pages;
    this.#bound = bound;
  }

  async strike(phase: Phase, fault: Fault, version: string): Promise<Struck> {
    const before = await statusOf(this.#stage);
    const old = before.slots[before.settled]?.version ?? "";
    this.#users.take();
    // Each release brings a changed route, so that preparing has a configuration to apply.
    const minor = Number(version.split(".")[1]);
    this.#stage.write(({ services = {} }) => {
      const route = services[service]?.route;
      if (route) route.bodyMegabytes = 10 + minor;
    });
    const head = await this.#stage.head();
    const running = this.#stage.start(["rollout", "local", service, version, "--json"]);
    const turned = turningPoint(running);
    await this.#reach(phase, running, head);
    await fault.inject(this.#victim);
    const struckAt = Date.now();
    if (phase === "going back") running.signal("SIGINT");
    const { document, stderr } = await running.ended;
    const said = document as { outcome?: string; reason?: string; error?: { message: string } };
    const outcome = said.outcome ?? "error";
    await sleep(this.#bound);
    const during = this.#users.take();
    const through = await this.#promotedBefore(head, struckAt + margin);
    const serving = fault.serves ? this.#stage.gateways : this.#reachable();
    const paged = this.#pages.take();
    const served = statusAmong(during, this.#reachable());
    await fault.heal(this.#victim);
    const resumed = await this.#stage.sluice(["resume", "local", service]);
    const wrong = [
      ...(await disagreements(this.#stage)),
      ...(await orphans(this.#stage)),
      ...(await this.#unserved()),
      ...wrongPages(outcome, paged, this.#pages.take()),
    ];
    const after = await statusOf(this.#stage);
    const now = after.slots[after.settled]?.version ?? "";
    const mixed = mixedFor(during, this.#reachable(), { at: await turned, to: served.at(-1) ?? "" });
    return {
      phase,
      fault: fault.name,
      outcome,
      reason: said.reason ?? said.error?.message ?? "",
      mixedMilliseconds: mixed,
      problems: [
        ...(served.length === 1 ? [] : [`hosts that could be reached ended on ${served.join(" and ")}`]),
        ...([old, version].includes(now) ? [] : [`${now} is settled in the end`]),
        ...(mixed <= this.#bound ? [] : [`both versions were served for ${mixed} ms`]),
        ...(outcome === "error" ? [`the command failed: ${stderr}`] : []),
        ...impossible(phase, fault.name, outcome, through),
        ...(resumed.code === 3 ? [`resume ended with 3: ${resumed.stderr}`] : []),
        ...wrong,
        ...Object.entries(failures(during.filter(({ gateway }) => serving.includes(gateway)))).map(
          ([what, count]) => `${count} requests failed where users are served: ${what}`,
        ),
      ],
    };
  }

  /** Once all is over, users of the struck host are served as those of any other. */
  async #unserved(): Promise<readonly string[]> {
    this.#users.take();
    await sleep(500);
    const seen = this.#users.take();
    return [
      ...this.#stage.gateways
        .filter((one) => !seen.some(({ gateway }) => gateway === one))
        .map((one) => `afterwards ${one} answered nobody`),
      ...Object.entries(failures(seen)).map(([what, count]) => `afterwards ${count} requests failed: ${what}`),
    ];
  }

  /** What was promoted by then was through before the fault struck: a host that can't be reached keeps it from being that. */
  async #promotedBefore(head: number, moment: number): Promise<boolean> {
    const entries = (await this.#stage.entries()).slice(head);
    return entries.some(({ event, at }) => event.kind === "promoted" && Date.parse(at) <= moment);
  }

  #reachable(): readonly string[] {
    return this.#stage.gateways.filter((gateway) => !gateway.includes(this.#victim.host.address));
  }

  async #reach(phase: Phase, running: Running, head: number): Promise<void> {
    const events: Record<Phase, readonly EventKind[]> = {
      preparing: ["started"],
      verifying: ["prepared"],
      "first step": ["step"],
      "last step": ["step", "step"],
      promoting: ["promoting"],
      "going back": ["step"],
    };
    let after = head;
    for (const kind of events[phase]) after = (await this.#stage.event(kind, running, after)).sequence;
  }
}

/** Somebody is paged for what is stranded and for nothing else, and called off when it is over. */
function wrongPages(outcome: string, during: readonly Notice[], afterwards: readonly Notice[]): readonly string[] {
  const stranded = outcome === "stranded";
  const fired = during.some(
    ({ incident, next }) => isAbout(incident, "open") && next.some((line) => line.includes("sluice-host clear")),
  );
  const resolved = afterwards.some(({ incident }) => isAbout(incident, "close"));
  return [
    ...(stranded === fired ? [] : [stranded ? "nobody was paged" : "somebody was paged"]),
    ...(stranded === resolved ? [] : [stranded ? "nobody was called off" : "somebody was called off"]),
  ];
}

/** When the driver was seen to send all users one way, and no more two: back if it went back, else to the candidate. */
async function turningPoint(running: Running): Promise<number> {
  let over = false;
  void running.ended.then(() => (over = true));
  let settling: number | undefined;
  while (!over) {
    if (running.said().includes("Going back")) return Date.now();
    if (running.said().includes("Settling")) settling ??= Date.now();
    await sleep(20);
  }
  return settling ?? Date.now();
}

/** Versions by which hosts answered last, each once. */
function statusAmong(seen: readonly Seen[], gateways: readonly string[]): readonly string[] {
  const last = gateways.flatMap(
    (one) => seen.findLast(({ gateway, failure }) => gateway === one && failure === "")?.version ?? [],
  );
  return [...new Set(last)];
}

/** From the turning point to the last answer of any other version. */
function mixedFor(seen: readonly Seen[], gateways: readonly string[], turn: { at: number; to: string }): number {
  const others = seen.filter(
    ({ gateway, failure, version, at }) =>
      gateways.includes(gateway) && failure === "" && version !== turn.to && at > turn.at,
  );
  return Math.max(0, ...others.map(({ at }) => at - turn.at));
}

function isAbout(incident: Incident | null, action: Incident["action"]): boolean {
  return incident?.action === action && incident.key.endsWith("/stranded");
}
