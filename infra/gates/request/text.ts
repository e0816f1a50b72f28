import type { z } from "zod";
import { breakingFindings } from "../../model/breaking.ts";
import { acceptedEvidence } from "../../model/statement.ts";
import type { GateDecision } from "../decision.ts";
import type { Asked } from "../signed/approval.ts";

/** What people are told of a release that they are asked to agree to. */
export interface Told {
  readonly asked: Asked;
  readonly version: string;
  /** `repository@sha256:...` */
  readonly image: string;
  readonly commit: string | undefined;
  /** Version that serves now; null when none does. */
  readonly settled: string | null;
  /** Who asks. */
  readonly by: string;
  /** Where it is asked from, such as the run of a workflow; null when that isn't known. */
  readonly run: string | null;
  /** What the plan does, a line each. */
  readonly plan: readonly string[];
  readonly gates: readonly GateDecision[];
  readonly required: number;
  /** Logins, and teams as `org/slug`: GitHub tells them of the issue. */
  readonly approvers: readonly string[];
  readonly expiresHours: number;
  /** Whether a person is paged when its way back can't be verified. */
  readonly pages: boolean;
}

/** Rows of the table from which it is read what an issue is about. */
export const rowNames: Readonly<Record<keyof Asked | "by", string>> = {
  environment: "Environment",
  service: "Service",
  digest: "Image",
  revision: "Revision",
  plan: "Plan",
  by: "Asked for by",
};

/** The issue's title and text, in GitHub's Markdown. */
export function requestText(told: Told): { readonly title: string; readonly body: string } {
  const { asked, version, image, commit, settled, by, run, required, expiresHours } = told;
  const from = settled === null ? "its first release there" : `${code(settled)} serves now`;
  const rows = [
    [rowNames.environment, code(asked.environment)],
    [rowNames.service, code(asked.service)],
    ["Release", code(version)],
    [rowNames.digest, code(image)],
    ["Commit", commit === undefined ? "not said" : code(commit)],
    [rowNames.by, `${code(by)}${run === null ? "" : ` ([run](${run}))`}`],
    [rowNames.revision, code(asked.revision)],
    [rowNames.plan, code(asked.plan)],
  ];
  const body = [
    `**${plain(asked.service)}** ${code(version)} is to be rolled out in **${plain(asked.environment)}**; ${from}.`,
    table(rows),
    "### Plan",
    told.plan.map((line, index) => `${index + 1}. ${plain(line)}`).join("\n"),
    "### Checklist",
    checklist(told)
      .map(({ done, text }) => `- [${done ? "x" : " "}] ${text}`)
      .join("\n"),
    ...breakingSection(told.gates),
    "### Answer",
    ...(told.approvers.length > 0 ? [`For ${told.approvers.map((name) => `@${name}`).join(", ")}.`] : []),
    [
      `Agree by a comment with the line \`/approve\`, or keep it out by \`/reject <why>\`. ${people(required)} must agree, whoever asks left out; an approval counts for ${expiresHours} h.`,
      "The answer is for just this image, with just these settings and this plan. `/approve` stands alone on its line. A comment that is edited or deleted approves nothing, and takes back what its author approved before; when this text is edited (ticking boxes aside) or the issue closed, if only for a while, no approval counts any more.",
    ].join("\n"),
  ].join("\n\n");
  return { title: `Approve ${asked.service} ${version} for ${asked.environment}`, body };
}

interface Item {
  readonly done: boolean;
  readonly text: string;
}

/** What should be so before a release meets its users. What the gates or the evidence say is ticked, with what they say. */
function checklist({ gates, settled, pages, asked }: Told): readonly Item[] {
  const evidence = evidenceIn(gates);
  const show = `\`sluice evidence show ${evidence[0]?.environment ?? "stg"} ${asked.service}\``;
  return [
    fromGate(gates, "promotion", "Healthy in the environments before"),
    evidence.length > 0 && evidence.every(({ users }) => users.requests > 0)
      ? { done: true, text: `Errors and latency there acceptable: ${evidence.map(figures).join("; ")} (${show})` }
      : { done: false, text: "Errors and latency there acceptable" },
    fromGate(gates, "scan", "Scan for vulnerabilities clean"),
    fromGate(gates, "breaking", "Breaking changes known"),
    { done: false, text: "Database migrations reviewed" },
    settled === null
      ? { done: false, text: "Way back known: there is no release before this one" }
      : { done: true, text: `Way back: ${code(settled)} stays warm, and traffic goes back to it by itself` },
    { done: pages, text: pages ? "On call: paged when the way back can't be verified" : "Who is on call was told" },
  ];
}

function fromGate(gates: readonly GateDecision[], name: string, text: string): Item {
  const found = gates.find(({ gate }) => gate === name);
  return { done: found?.allowed === true, text: found ? `${text}: ${plain(found.reason)}` : text };
}

/** What may break somebody, if anything: those who agree have to have seen it. */
function breakingSection(gates: readonly GateDecision[]): readonly string[] {
  const { findings, found } = breakingFindings.safeParse(
    gates.find(({ gate, allowed }) => gate === "breaking" && !allowed)?.inputs,
  ).data ?? { findings: [], found: 0 };
  if (found === 0) return [];
  const lines = findings.map(({ severity, where, what }) => `- ${severity}: ${plain(where)}: ${plain(what)}`);
  const more = found > findings.length ? [`- and ${found - findings.length} more, in the report`] : [];
  return [
    "### Breaking changes",
    [...lines, ...more].join("\n"),
    "Who agrees to these writes `/approve breaking`; `/approve` alone doesn't let them in.",
  ];
}

type Accepted = z.infer<typeof acceptedEvidence>;

function evidenceIn(gates: readonly GateDecision[]): Accepted {
  const promotion = gates.find(({ gate, allowed }) => gate === "promotion" && allowed);
  return acceptedEvidence.safeParse(promotion?.inputs["from"]).data ?? [];
}

function figures({ environment, users }: Accepted[number]): string {
  const { requests, errors, worstP95Milliseconds: p95 } = users;
  const share = requests > 0 ? ` (${((100 * errors) / requests).toFixed(2)} %)` : "";
  const latency = p95 === null ? "" : `, p95 at most ${Math.round(p95)} ms`;
  return `${plain(environment)} ${requests} requests, ${errors} failed${share}${latency}`;
}

function people(count: number): string {
  return count === 1 ? "One person" : `${count} people`;
}

function table(rows: readonly (readonly string[])[]): string {
  const lines = rows.map((cells) => `| ${cells.map(escaped).join(" | ")} |`);
  return ["| | |", "| --- | --- |", ...lines].join("\n");
}

/** A value as it stands in the table. */
export function cell(value: string): string {
  return escaped(code(value));
}

function escaped(text: string): string {
  return text.replaceAll("|", "\\|");
}

function code(text: string): string {
  return `\`${oneLine(text).replaceAll("`", "'")}\``;
}

/** Text that is nothing but text: names nobody, links nowhere, begins no list. */
function plain(text: string): string {
  return oneLine(text)
    .replaceAll(/[\\`*_{}[\]<>|#]/g, "\\$&")
    .replaceAll(/@(?=[A-Za-z0-9])/g, "@\u200b");
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}
