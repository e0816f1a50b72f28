import { z } from "zod";
import { version } from "../model/release.ts";
import type { GateDecision } from "./decision.ts";
import { problems } from "./problems.ts";
import { type Served, servedSchema } from "./served.ts";

export interface OrderInputs {
  /** Version asked for. */
  readonly requested: string;
  /** What serves now. */
  readonly settled: Served;
  /** Negative when the first is older, by semver.org's precedence. */
  readonly compare: (a: string, b: string) => number;
}

const inputsSchema = z.strictObject({
  requested: version,
  settled: servedSchema,
});

/** Going to an older version is a rollback, and is asked for as one. */
export function orderGate({ compare, ...given }: OrderInputs): GateDecision {
  const parsed = inputsSchema.safeParse(given);
  if (!parsed.success) return denied(`the order can't be told: ${problems(parsed.error)}`, {});
  const { requested, settled } = parsed.data;
  if (settled.kind === "none") {
    return { gate: "order", allowed: true, reason: "nothing is settled yet", inputs: { requested, settled: null } };
  }
  const inputs = { requested, settled: settled.version };
  if (typeof compare !== "function") return denied("the order can't be told: nobody says how to compare", inputs);
  const order = compare(requested, settled.version);
  if (order >= 0) {
    return { gate: "order", allowed: true, reason: `${requested} is not older than ${settled.version}`, inputs };
  }
  if (order < 0) {
    const reason = `${requested} is older than ${settled.version}, which serves now; use "sluice rollback" to go back`;
    return denied(reason, inputs);
  }
  return denied(`the order of ${requested} and ${settled.version} can't be told`, inputs);
}

function denied(reason: string, inputs: GateDecision["inputs"]): GateDecision {
  return { gate: "order", allowed: false, reason, inputs };
}
