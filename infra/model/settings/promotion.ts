import { z } from "zod";
import { label } from "../service-name.ts";

/** Where a release must have been healthy before it comes here. */
export const promotionSettings = z.strictObject({
  from: z
    .array(label)
    .min(1)
    .describe("Environments that must all have evidence for the same image; their settings lie in the same folder"),
  maxAgeDays: z.number().min(0.01).max(3650).default(30).describe("How old that evidence may be"),
  bakeHours: z
    .number()
    .min(0)
    .max(8760)
    .default(0)
    .describe("How long the release must have been settled there, and not rolled back since"),
});

export type PromotionSettings = z.infer<typeof promotionSettings>;
