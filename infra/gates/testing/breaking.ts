import type { BreakingReport } from "../../model/breaking.ts";
import { sealed } from "../breaking/report.ts";

export const commits = { old: "1a".repeat(20), asked: "2b".repeat(20), other: "3c".repeat(20) };

const finding = {
  kind: "openapi",
  id: "api-path-removed-without-deprecation",
  severity: "breaking",
  where: "GET /legacy",
  what: "api path removed",
} as const;

/** A report from what serves to what is asked for, with one finding unless said. */
export function sampleReport(over: Partial<Omit<BreakingReport, "hash" | "type">> = {}): BreakingReport {
  return sealed({
    type: "urn:sluice:breaking:v1",
    from: { ref: "v1", commit: commits.old },
    to: { ref: "v2", commit: commits.asked },
    environment: "prod",
    service: "org1/react-ui",
    findings: [finding],
    ...over,
  });
}
