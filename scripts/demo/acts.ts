import type { Seen } from "./traffic.ts";

/** One release of the sample, and what has to come of it. */
export interface Act {
  readonly version: string;
  readonly title: string;
  readonly expected: "promoted" | "rolledBack";
  /** Whether users were asking all the while. */
  readonly underTraffic: boolean;
  /** `none`: no request may fail. `some`: the release fails under its users, and they notice for a moment. */
  readonly failures: "none" | "some";
  /** Versions that users may have been answered by; exactly these. */
  readonly users: readonly string[];
}

export const acts: readonly Act[] = [
  {
    version: "1.0.0",
    title: "1.0.0, the first release: nothing is settled yet, so it settles as soon as it is verified",
    expected: "promoted",
    underTraffic: false,
    failures: "none",
    users: [],
  },
  {
    version: "1.1.0",
    title: "1.1.0, blue-green under traffic: no request may fail",
    expected: "promoted",
    underTraffic: true,
    failures: "none",
    users: ["1.0.0", "1.1.0"],
  },
  {
    version: "1.2.0",
    title: "1.2.0 fails its private health checks: no user may ever see it",
    expected: "rolledBack",
    underTraffic: true,
    failures: "none",
    users: ["1.1.0"],
  },
  {
    version: "1.3.0",
    title: "1.3.0 passes its private checks and fails under traffic: it has to come back by itself",
    expected: "rolledBack",
    underTraffic: true,
    failures: "some",
    users: ["1.1.0", "1.3.0"],
  },
];

/** What isn't as it should be; empty when everything happened. */
export function judgeAct(
  act: Act,
  { outcome, exitCode, seen }: { readonly outcome: string; readonly exitCode: number; readonly seen: Seen },
): readonly string[] {
  const faults: string[] = [];
  const code = act.expected === "promoted" ? 0 : 1;
  if (outcome !== act.expected) faults.push(`${act.version} is ${outcome}, expected ${act.expected}`);
  if (exitCode !== code) faults.push(`${act.version} ended with exit code ${exitCode}, expected ${code}`);
  if (!act.underTraffic) return faults;
  if (seen.sent < 100) faults.push(`${act.version}: only ${seen.sent} requests were sent`);
  if (act.failures === "none" && seen.failed > 0) faults.push(`${act.version}: ${seen.failed} requests failed`);
  if (act.failures === "some" && seen.failed === 0)
    faults.push(`${act.version}: no request failed, so nothing was proven`);
  const versions = Object.keys(seen.versions).sort();
  if (versions.join() !== [...act.users].sort().join()) {
    faults.push(`${act.version}: users were answered by ${versions.join(", ")}, expected ${act.users.join(", ")}`);
  }
  return faults;
}
