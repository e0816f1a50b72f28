import { z } from "zod";
import { version } from "../model/release.ts";

/** What serves a service's users before a release comes in. Nothing said of it is not "none". */
export const servedSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("none") }),
  z.strictObject({ kind: z.literal("known"), version }),
]);

export type Served = z.infer<typeof servedSchema>;
