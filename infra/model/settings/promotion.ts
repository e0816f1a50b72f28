import { z } from "zod";
import { label } from "../service-name.ts";

const maxAgeDays = z.number().min(0.01).max(3650);
const bakeHours = z.number().min(0).max(8760);

/** The same as the gate wants it: all of it, so that what got lost is missed. */
export const promotionSchema = z.strictObject({ from: z.array(label).min(1), maxAgeDays, bakeHours });

/** Where a release must have been healthy before it comes here. */
export const promotionSettings = z.strictObject({
  from: z
    .array(label)
    .min(1)
    .describe(
      "Environments that must all have evidence for the same image; their settings lie in the same folder. In prod `stg` and `uat` among them, in uat `stg`",
    ),
  maxAgeDays: maxAgeDays.default(30).describe("How old that evidence may be"),
  bakeHours: bakeHours
    .default(0)
    .describe("How long the release must have been settled there, and not rolled back since"),
});

export type PromotionSettings = z.infer<typeof promotionSettings>;
