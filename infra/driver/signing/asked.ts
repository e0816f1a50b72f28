import type { Asked } from "../../gates/signed/approval.ts";
import type { Request } from "../../gates/request/source.ts";
import { answered } from "../../ledger/answered.ts";
import { approvedPlanHash, approvedRevisionHash } from "../../ledger/chain.ts";
import type { Entry } from "../../ledger/event.ts";
import { digestOf } from "../../model/release.ts";
import type { GateSettings } from "../../model/settings/gates.ts";
import type { Wanted } from "../decide.ts";

/** Where people are asked, and what the settings want of a release there. */
export interface AskedIn {
  readonly environment: string;
  /** `org1/react-ui` */
  readonly service: string;
  readonly gates: GateSettings;
}

/** What people are asked to agree to: just this image, with just these settings, by just this plan. */
export function askedOf({ environment, service, gates }: AskedIn, { revision, plan }: Wanted): Asked {
  return {
    environment,
    service,
    digest: digestOf(revision.release.image),
    // Which report of breaking changes fits is told by the commit.
    revision: approvedRevisionHash(revision, { withCommit: gates.breaking === true }),
    plan: approvedPlanHash(plan),
  };
}

/** Where people were last asked for it; null when they weren't. */
export function requestIn(entries: readonly Entry[], { digest, revision, plan }: Asked): Request | null {
  const last = answered(entries, digest).requests.findLast(
    ({ event }) => event.digest === digest && event.revision === revision && event.plan === plan,
  );
  if (!last) return null;
  const { repository, issue, url, title, body, breaking } = last.event;
  return { repository, issue, url, by: last.by, title, body, breaking, isUsed: last.isUsed };
}
