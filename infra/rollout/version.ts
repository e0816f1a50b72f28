import { version } from "../model/release.ts";

/** A version's parts. Numbers have no upper limit, so they stay text or become bigint: 2^53 is no edge to fall off. */
interface Parts {
  readonly numbers: readonly [string, string, string];
  readonly preRelease: readonly string[];
}

/** Precedence by semver.org 2.0.0, rule 11 (build metadata doesn't count): negative when `a` is older than `b`. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)];
  for (const [index, number] of left.numbers.entries()) {
    const order = compareNumbers(number, right.numbers[index] ?? "0");
    if (order !== 0) return order;
  }
  return comparePreReleases(left.preRelease, right.preRelease);
}

/** Highest patch and minor numbers before the next part rolls over. */
export interface RollOver {
  readonly patchLimit: number;
  readonly minorLimit: number;
}

/**
 * The version after `current`: the patch number counts up; past its limit it starts at 0 and the minor number counts
 * up; past that one's limit the major number does. A pre-release is followed by its release.
 *
 * @example nextVersion("1.4.9", { patchLimit: 9, minorLimit: 9 }) // "1.5.0"
 * @throws TypeError when `current` is no semantic version
 */
export function nextVersion(current: string, limits: RollOver): string {
  const { numbers, preRelease } = partsOf(current);
  const [major, minor, patch] = [BigInt(numbers[0]), BigInt(numbers[1]), BigInt(numbers[2])];
  if (preRelease.length > 0) return `${major}.${minor}.${patch}`;
  if (patch < limits.patchLimit) return `${major}.${minor}.${patch + 1n}`;
  if (minor < limits.minorLimit) return `${major}.${minor + 1n}.0`;
  return `${major + 1n}.0.0`;
}

function partsOf(text: string): Parts {
  const parsed = version.safeParse(text);
  if (!parsed.success) throw new TypeError(`expected a semantic version, got ${text}`);
  const [withoutBuild = ""] = text.split("+");
  const dash = withoutBuild.indexOf("-");
  const core = dash < 0 ? withoutBuild : withoutBuild.slice(0, dash);
  const [major = "0", minor = "0", patch = "0"] = core.split(".");
  return { numbers: [major, minor, patch], preRelease: dash < 0 ? [] : withoutBuild.slice(dash + 1).split(".") };
}

function comparePreReleases(a: readonly string[], b: readonly string[]): number {
  // A release comes after all of its pre-releases.
  if (a.length === 0 || b.length === 0) return (a.length === 0 ? 1 : 0) - (b.length === 0 ? 1 : 0);
  for (const [index, left] of a.entries()) {
    const right = b[index];
    if (right === undefined) return 1;
    const order = compareIdentifiers(left, right);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareIdentifiers(a: string, b: string): number {
  const [aIsNumber, bIsNumber] = [/^\d+$/.test(a), /^\d+$/.test(b)];
  if (aIsNumber && bIsNumber) return compareNumbers(a, b);
  if (aIsNumber !== bIsNumber) return aIsNumber ? -1 : 1;
  return compareText(a, b);
}

/** Numbers without leading zeros: the longer one is the greater one. */
function compareNumbers(a: string, b: string): number {
  return a.length === b.length ? compareText(a, b) : a.length - b.length;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
