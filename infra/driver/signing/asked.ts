import type { Asked } from "../../gates/signed/approval.ts";
import type { Request } from "../../gates/request/source.ts";
import { approvedPlanHash, approvedRevisionHash } from "../../ledger/chain.ts";
import type { Entry } from "../../ledger/event.ts";
import { digestOf } from "../../model/release.ts";
import type { Wanted } from "../decide.ts";

/** What people are asked to agree to: just this image, with just these settings, by just this plan. */
export function askedOf(environment: string, service: string, { revision, plan }: Wanted): Asked {
  return {
    environment,
    service,
    digest: digestOf(revision.release.image),
    revision: approvedRevisionHash(revision),
    plan: approvedPlanHash(plan),
  };
}

/** Where people were last asked for it; null when they weren't. */
export function requestIn(entries: readonly Entry[], { digest, revision, plan }: Asked): Request | null {
  for (const { event, by } of entries.toReversed()) {
    if (event.kind !== "asked" || event.digest !== digest || event.revision !== revision || event.plan !== plan)
      continue;
    const { repository, issue, url, title, body, breaking } = event;
    return { repository, issue, url, by, title, body, breaking };
  }
  return null;
}
