import type { Outcome, Rollout } from "./rollouts.ts";

const outcomes: Record<Outcome, string> = {
  active: "still under way",
  refused: "refused: nothing was touched",
  promoted: "promoted: it serves all users",
  rolledBack: "rolled back: the release before serves all users",
  stranded: "stranded: the rollback could not be seen on every host; the lease has lapsed there by itself",
  reverted: "promoted, and taken back later",
};

/** What a rollout was and how it ended, in Markdown, for the CI's page of the run. */
export function summarise(environment: string, service: string, rollout: Rollout): string {
  const { release } = rollout;
  return [
    `## ${service} ${release.version} → ${environment}: ${rollout.outcome}`,
    "",
    table(
      ["", ""],
      [
        ["Outcome", outcomes[rollout.outcome]],
        ...(rollout.reason === null ? [] : [["Reason", rollout.reason]]),
        ["Release", `${release.version}${release.commit === undefined ? "" : ` (commit ${release.commit})`}`],
        ["Image", release.image],
        ["Asked for", `${rollout.purpose} by ${rollout.requestedBy} at ${rollout.requestedAt}`],
        ["Started", rollout.startedAt ?? "never"],
        ["Ended", rollout.endedAt ?? "not yet"],
        ["Strategy", rollout.plan?.strategy ?? "-"],
        ["Slots", `${rollout.settledBefore ?? "none"} → ${rollout.candidate ?? "-"}`],
        ...(rollout.rollbackMilliseconds === null
          ? []
          : [["Time to go back", `${Math.round(rollout.rollbackMilliseconds)} ms, seen on every gateway`]]),
        ...quarantineOf(rollout).map((text) => ["Quarantine", text]),
        ...(rollout.strandedHosts.length === 0 ? [] : [["Not seen on", rollout.strandedHosts.join(", ")]]),
        ...rollout.drifts.flatMap(({ at, findings }) => findings.map((text) => ["Changed by hand?", `${at}: ${text}`])),
        ...rollout.holds.map(({ at, reason }) => ["Held", `${at}: ${reason}`]),
        ...rollout.lapses.map(({ at, reason }) => ["Lease lapsed", `${at}: ${reason}`]),
      ],
    ),
    ...section(
      "Gates",
      ["Gate", "Answer", "Why"],
      rollout.gates.map(({ gate, allowed, reason }) => [gate, allowed ? "allowed" : "denied", reason]),
    ),
    ...section(
      "Private checks",
      ["Host", "Check", "Result", "Detail"],
      rollout.checks.map(({ host, name, result, detail }) => [host, name, result, detail]),
    ),
    ...section(
      "Looks at the users' requests",
      ["At", "Slot", "Requests", "Errors", "p95", "Result"],
      rollout.looks.flatMap(({ at, result, reason, figures }) =>
        Object.entries(figures).map(([slot, { requests, errorPercent, p95Milliseconds }]) => [
          at,
          slot,
          String(requests),
          errorPercent === null ? "-" : `${errorPercent.toFixed(2)} %`,
          p95Milliseconds === null ? "-" : `${p95Milliseconds} ms`,
          slot === rollout.candidate ? [result, reason].filter((text) => text !== "").join(": ") : "",
        ]),
      ),
    ),
    "",
    nextStep(environment, service, rollout.outcome),
    "",
  ].join("\n");
}

/** What going back did to the release that was left; nothing where nobody went back. */
function quarantineOf({ outcome, purpose, quarantined, blamed }: Rollout): readonly string[] {
  if (quarantined !== null) return [`${quarantined} is refused until a person lifts it`];
  if (outcome !== "rolledBack" || purpose !== "rollout" || blamed !== false) return [];
  return ["no: the release was not seen to be bad, it may be rolled out again"];
}

/** What a person can do now. */
function nextStep(environment: string, service: string, outcome: Outcome): string {
  const call = (verb: string) => `\`sluice ${verb} ${environment} ${service}\``;
  switch (outcome) {
    case "active":
      return `Go back: ${call("abort")}. If its driver is gone, go on: ${call("resume")}`;
    case "promoted":
      return `Go back: ${call("rollback")}`;
    case "stranded":
      return `Bring it to an end once every host answers: ${call("resume")}`;
    case "rolledBack":
    case "reverted":
      return `What serves now: ${call("status")}. What is in quarantine, and why: ${call("quarantine list")}`;
    case "refused":
      return `What serves now: ${call("status")}`;
  }
}

function section(title: string, head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  return rows.length === 0 ? [] : ["", `### ${title}`, "", table(head, rows)];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escape).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

/** A check's detail may hold what a service answered: it must not break the table or mark up the page. */
function escape(text: string): string {
  return text
    .replaceAll(/[\\`*_[\]|#~!]/g, "\\$&")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(/\s*[\r\n]\s*/g, " ");
}
