import semver from "semver";

/** Where Pulumi comes from: the user's own, Pulumi's installer, or built through the package registries. */
export const TIERS = ["path", "official", "registry"] as const;
export type Tier = (typeof TIERS)[number];

/** The engine version that the registries serve and that everything was tried with. */
export const ENGINE_VERSION = "3.259.0";
const FITTING = `>=${ENGINE_VERSION} <4`;

/** How long a refused download isn't tried again, in milliseconds: one day. */
export const REFUSAL_TTL_MS = 24 * 60 * 60 * 1000;

/** What was found on PATH. */
export interface FoundPulumi {
  readonly command: string;
  readonly version: string;
  readonly languageHost: string | undefined;
}

/** A download that was refused, so that the next run doesn't wait for it again. */
export interface Refusal {
  readonly reason: string;
  readonly at: number; // milliseconds since the epoch
}

export type TierPlan = { ok: true; tiers: readonly Tier[] } | { ok: false; problem: string };

/** The tiers to try, in order. `forced` (SLUICE_TOOLCHAIN) leaves only that one, refused or not. */
export function planTiers(
  forced: string | undefined,
  found: FoundPulumi | undefined,
  refusal: Refusal | undefined,
  now: number,
): TierPlan {
  if (forced !== undefined && forced !== "") {
    const tier = TIERS.find((candidate) => candidate === forced);
    if (tier === undefined) {
      return { ok: false, problem: `SLUICE_TOOLCHAIN: expected ${TIERS.join(", ")}, got "${forced}"` };
    }
    const unfit = tier === "path" ? whyUnfit(found) : undefined;
    return unfit === undefined
      ? { ok: true, tiers: [tier] }
      : { ok: false, problem: `SLUICE_TOOLCHAIN=path: ${unfit}` };
  }
  const tiers: Tier[] = [];
  if (whyUnfit(found) === undefined) tiers.push("path");
  if (refusal === undefined || now - refusal.at >= REFUSAL_TTL_MS) tiers.push("official");
  tiers.push("registry");
  return { ok: true, tiers };
}

/** Why a pulumi on PATH can't be used, if so. */
export function whyUnfit(found: FoundPulumi | undefined): string | undefined {
  if (found === undefined) return "there is no pulumi on PATH";
  const { command, version, languageHost } = found;
  if (!semver.satisfies(version, FITTING)) return `${command} is ${version}, expected ${FITTING}`;
  if (languageHost === undefined) return `${command} has no pulumi-language-nodejs beside it or on PATH`;
  return undefined;
}
