import { z } from "zod";
import { approvalSettings } from "./approval.ts";
import { budgetSettings } from "./budget.ts";
import { planLimits } from "./plan-limits.ts";
import { promotionSettings } from "./promotion.ts";
import { scanSettings } from "./scan.ts";
import { windowSettings } from "./windows.ts";

/** What must be true before a release may come into this environment, beyond what always must. */
export const gateSettings = z.strictObject({
  promotion: z
    .union([z.literal(false), promotionSettings])
    .optional()
    .describe("Where it must have been healthy before; `false` says that it needs none"),
  approval: z
    .union([z.literal(false), approvalSettings])
    .optional()
    .describe("Who must agree; `false` says that nobody needs to"),
  windows: z
    .union([z.literal(false), windowSettings])
    .optional()
    .describe(
      "When releases may come in; `false` says: at any time. `prod` has to say one or the other. Going back is never held up",
    ),
  scan: z
    .union([z.literal(false), scanSettings])
    .optional()
    .describe("What a scan of the image may find; `false`, and nothing said: none is asked for"),
  breaking: z
    .boolean()
    .optional()
    .describe(
      "Whether a report of `sluice breaking`, from what serves to what is asked for, must be handed in, and what it found acknowledged by those who approve. Default: no",
    ),
  budget: z
    .union([z.literal(false), budgetSettings])
    .optional()
    .describe(
      "How much of the service's error budget must be left, by what `metrics` counts; `false`, and nothing said: it isn't looked at",
    ),
  plan: planLimits.optional().describe("What a rollout's plan has to keep to. Default: no limit"),
});

export type GateSettings = z.infer<typeof gateSettings>;
