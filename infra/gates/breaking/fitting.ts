import { z } from "zod";
import type { BreakingReport } from "../../model/breaking.ts";
import { digest, digestOf, type Release } from "../../model/release.ts";
import { isWhole } from "./report.ts";

const commit = z.string().regex(/^[0-9a-f]{7,64}$/, "expected a commit hash of 7-64 hex digits");

/** What serves while a release is asked for. */
export const settledSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("none") }),
  z.strictObject({ kind: z.literal("known"), version: z.string().min(1), digest, commit }),
  /** Nobody said from which commit it was built. */
  z.strictObject({ kind: z.literal("unknown"), version: z.string().min(1), digest }),
]);
export type Settled = z.infer<typeof settledSchema>;

/** What a report must be about. */
export const changeSchema = z.strictObject({
  environment: z.string().min(1),
  service: z.string().min(1),
  settled: settledSchema,
  /** Of the image that is asked for. */
  digest,
  /** Commit that the release was built from; null when nobody said. */
  commit: commit.nullable(),
});
export type ReleaseChange = z.infer<typeof changeSchema>;

/** Describes a release's place after the one that serves; null when none does. */
export function changeOf(
  at: { readonly environment: string; readonly service: string },
  serving: Release | null,
  asked: Pick<Release, "image" | "commit">,
): ReleaseChange {
  const { environment, service } = at;
  const { image, commit = null } = asked;
  return { environment, service, settled: settledOf(serving), digest: digestOf(image), commit };
}

function settledOf(serving: Release | null): Settled {
  if (serving === null) return { kind: "none" };
  const { version, image, commit } = serving;
  const about = { version, digest: digestOf(image) };
  return commit === undefined ? { kind: "unknown", ...about } : { kind: "known", ...about, commit };
}

/** Hashes are often cut short: they are of one commit when one begins with the other. */
export function isSameCommit(a: string, b: string): boolean {
  return a.startsWith(b) || b.startsWith(a);
}

/** Why a report isn't about just this change; empty when it is. */
export function misfits(report: BreakingReport, change: ReleaseChange): readonly string[] {
  const { environment, service, settled, commit: asked } = change;
  const { from, to } = report;
  const said = [report.environment, report.service].map((one) => one ?? "none").join(" and ");
  return [
    ...(isWhole(report) ? [] : ["it was changed since it was written: its hash is another one's"]),
    ...(settled.kind !== "known" || isSameCommit(from.commit, settled.commit)
      ? []
      : [`it is from ${from.commit}, and ${settled.version}, which serves now, was built from ${settled.commit}`]),
    ...(asked !== null && isSameCommit(to.commit, asked)
      ? []
      : [`it is to ${to.commit}, and the release was built from ${asked ?? "a commit that nobody says (--commit)"}`]),
    ...(report.environment === environment && report.service === service
      ? []
      : [`it looked at the settings of ${said}, not of ${environment} and ${service}`]),
  ];
}
