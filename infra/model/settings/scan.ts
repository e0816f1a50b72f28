import { z } from "zod";

/** From the least to the worst. */
export const severities = ["negligible", "low", "medium", "high", "critical"] as const;
export type Severity = (typeof severities)[number];

const failOn = z.enum(severities);
const maxAgeHours = z.union([z.literal(false), z.number().min(0.01).max(8760)]);
const ignored = { id: z.string().min(1), reason: z.string().min(1), until: z.iso.date() };

/** Limits as the gate wants them: all of them, so that one that got lost is missed. */
export const scanLimitsSchema = z.strictObject({
  failOn,
  onlyFixed: z.boolean(),
  maxAgeHours,
  ignore: z.array(z.strictObject({ ...ignored, package: z.string().min(1) })),
});

/** What a scan of the image may find before the release comes in. */
export const scanSettings = z.strictObject({
  failOn: failOn
    .default("high")
    .describe("Lowest severity that keeps a release out. One that nobody knows is `critical`"),
  onlyFixed: z
    .boolean()
    .default(false)
    .describe("Only vulnerabilities count for which there is a fix. Where the report can't say so, they all do"),
  maxAgeHours: maxAgeHours
    .default(24)
    .describe("How old the scan may be; `false`: of any age, also one whose report doesn't say when it was"),
  ignore: z
    .array(
      z.strictObject({
        id: ignored.id.describe("The vulnerability, by the name that the report has for it, e.g. `CVE-2026-1234`"),
        package: z.string().min(1).default("*").describe("Only where it was found in this package; `*` is any"),
        reason: ignored.reason.describe("Why it does no harm here, for whoever reads the ledger"),
        until: ignored.until.describe("The last day (UTC) on which it is ignored; afterwards it counts again"),
      }),
    )
    .default([])
    .describe("Vulnerabilities that don't count for a while"),
});

export type ScanLimits = z.infer<typeof scanLimitsSchema>;
