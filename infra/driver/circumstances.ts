import type { Spent } from "../gates/budget.ts";
import type { RequestSource } from "../gates/request/source.ts";
import type { Source } from "../gates/promotion.ts";
import { declared } from "../ledger/declared.ts";
import { messageOf } from "../model/errors.ts";
import { digestOf } from "../model/release.ts";
import type { Service } from "./context.ts";
import type { Circumstances, Wanted } from "./decide.ts";
import { askedOf, requestIn } from "./signing/asked.ts";

/** What the gates look at just now, beside the ledger. What can't be asked is unknown, and denies. */
export async function circumstancesOf(service: Service, wanted: Wanted): Promise<Circumstances> {
  const { clock, gates, environment, name, signing, journal } = service;
  const sources = await sourcesOf(service, wanted);
  const { settled, slots } = declared(journal.entries);
  return {
    now: clock.now(),
    gates,
    environment,
    by: journal.by,
    service: name,
    sources,
    request: await requestOf(service, wanted),
    hosts: Object.keys((settled ? slots[settled] : null)?.revision.hosts ?? wanted.revision.hosts),
    spent: await spentOf(service, wanted),
    trusted: signing?.trusted ?? {},
  };
}

async function requestOf(service: Service, wanted: Wanted): Promise<RequestSource> {
  const { gates, requests, environment, name, journal } = service;
  if (wanted.purpose !== "rollout" || !gates.approval || !gates.approval.github) return { kind: "none" };
  const request = requestIn(journal.entries, askedOf({ environment, service: name, gates }, wanted));
  if (!request) return { kind: "none" };
  if (!requests) return { kind: "unknown", request, reason: "the settings don't say where GitHub is" };
  try {
    return await requests.read(request, gates.approval.github.teams);
  } catch (error) {
    return { kind: "unknown", request, reason: messageOf(error) };
  }
}

async function spentOf({ gates, metrics }: Service, { purpose }: Wanted): Promise<Spent> {
  if (purpose !== "rollout" || !gates.budget) return { kind: "unknown", reason: "nobody asked" };
  if (!metrics) return { kind: "unknown", reason: "the gateways' own logs keep no history (metrics.source)" };
  try {
    return { kind: "known", source: metrics.name, ...(await metrics.history(gates.budget.windowDays)) };
  } catch (error) {
    return { kind: "unknown", reason: `${metrics.name}: ${messageOf(error)}` };
  }
}

async function sourcesOf(
  { gates, elsewhere, name }: Service,
  { purpose, revision }: Wanted,
): Promise<readonly Source[]> {
  if (purpose !== "rollout" || !gates.promotion) return [];
  const digest = digestOf(revision.release.image);
  return Promise.all(
    gates.promotion.from.map(async (environment) => {
      try {
        return { kind: "known", environment, ...(await elsewhere.attested(environment, name, digest)) } as const;
      } catch (error) {
        return { kind: "unknown", environment, reason: messageOf(error) } as const;
      }
    }),
  );
}
