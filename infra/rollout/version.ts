import semver from "semver";

/** Precedence by semver.org 2.0.0, rule 11: negative when `a` is older than `b`. */
export function compareVersions(a: string, b: string): number {
  return semver.compare(a, b);
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
 */
export function nextVersion(current: string, limits: RollOver): string {
  const parsed = semver.parse(current);
  if (!parsed) throw new TypeError(`expected a semantic version, got ${current}`);
  const { major, minor, patch } = parsed;
  if (parsed.prerelease.length > 0) return `${major}.${minor}.${patch}`;
  if (patch < limits.patchLimit) return `${major}.${minor}.${patch + 1}`;
  if (minor < limits.minorLimit) return `${major}.${minor + 1}.0`;
  return `${major + 1}.0.0`;
}
