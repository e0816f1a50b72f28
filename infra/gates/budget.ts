import { z } from "zod";
import { type BudgetLimits, budgetLimitsSchema } from "../model/settings/budget.ts";
import type { GateDecision } from "./decision.ts";
import { problems } from "./problems.ts";
import { servedSchema } from "./served.ts";

/** What the metrics source says of the service's requests over the days of the budget. */
const spentSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("known"),
    source: z.string().min(1),
    requests: z.number().min(0),
    failed: z.number().min(0),
    /** Hosts whose requests are counted just now. */
    heard: z.array(z.string().min(1)).readonly(),
  }),
  z.strictObject({ kind: z.literal("unknown"), reason: z.string().min(1) }),
]);

const inputsSchema = z.strictObject({
  limits: budgetLimitsSchema,
  service: z.string().min(1),
  /** Whether the service has had users, who could have spent the budget. */
  serving: servedSchema,
  /** Hosts on which the service runs: none of them may be silent. */
  hosts: z.array(z.string().min(1)).min(1).readonly(),
  spent: spentSchema,
});

export type Spent = z.infer<typeof spentSchema>;
export type BudgetInputs = z.infer<typeof inputsSchema>;
type Known = Extract<Spent, { kind: "known" }>;

/** Of the errors that a service's users may see, enough are left for a release that could bring more. */
export function budgetGate(inputs: BudgetInputs): GateDecision {
  const gate = "budget";
  const parsed = inputsSchema.safeParse(inputs);
  if (!parsed.success) {
    const reason = `the error budget can't be judged: ${problems(parsed.error)}`;
    return { gate, allowed: false, reason, inputs: { service: inputs.service ?? null } };
  }
  const { limits, service, serving, hosts, spent } = parsed.data;
  return {
    gate,
    inputs: { service, ...limits, serving, hosts, spent, ...leftIn(limits, spent) },
    ...judge(parsed.data),
  };
}

type Judged = Pick<GateDecision, "allowed" | "reason">;

function judge({ limits, service, serving, hosts, spent }: BudgetInputs): Judged {
  if (serving.kind === "none") return allow(`nothing is settled yet: ${service} has spent no errors`);
  if (spent.kind === "unknown") return deny(`what is left of the error budget can't be asked: ${spent.reason}`);
  const { source, requests, failed, heard } = spent;
  const silent = hosts.filter((host) => !heard.includes(host));
  if (silent.length > 0) return deny(`${source} has nothing recent of ${silent.join(", ")}: its figures are stale`);
  const { windowDays, minLeftPercent, objectivePercent } = limits;
  if (requests === 0) return deny(`${source} has no requests of ${service} in ${windowDays} days`);
  if (failed > requests) return deny(`${source} counts more failures than requests: ${failed} of ${requests}`);
  const left = leftPercent(limits, spent);
  const share = `${percent((100 * failed) / requests)} of ${Math.round(requests)} requests failed in ${windowDays} days`;
  const text = `${percent(Math.max(0, left))} of the error budget is left: ${share}, ${percent(100 - objectivePercent)} may`;
  return left >= minLeftPercent ? allow(text) : deny(`${text}; ${percent(minLeftPercent)} must be left`);
}

/** Percentage of the budget that wasn't spent; below 0 when more was. Rounded, since 0.1 has no exact number. */
function leftPercent({ objectivePercent }: BudgetLimits, { requests, failed }: Known): number {
  return Math.round(1e8 * (1 - (100 * failed) / (requests * (100 - objectivePercent)))) / 1e6 + 0;
}

function leftIn(limits: BudgetLimits, spent: Spent): Readonly<Record<string, number>> {
  if (spent.kind === "unknown" || !(spent.requests > 0)) return {};
  return { leftPercent: Number(leftPercent(limits, spent).toPrecision(4)) };
}

function percent(value: number): string {
  return `${Number(value.toPrecision(3))} %`;
}

function allow(reason: string): Judged {
  return { allowed: true, reason };
}

function deny(reason: string): Judged {
  return { allowed: false, reason };
}
