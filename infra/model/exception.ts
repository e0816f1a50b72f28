import { z } from "zod";

const day = z.iso.date("expected a date, e.g. 2027-01-31");

/** A violation of the policy that somebody has approved until a day. */
export const exceptionSchema = z.strictObject({
  /** The rule that is violated, by its name. */
  rule: z.string().min(1),
  /** The one resource that violates it: its URN, or `type::name` in every stack. */
  resource: z
    .string()
    .regex(/^(?!urn:)[^:]+(:[^:]+){1,2}::.+$|^urn:pulumi:.+::.+::.+::.+$/s, "expected a URN, or type::name"),
  reason: z.string().trim().min(1, "expected a reason"),
  approver: z.string().trim().min(1, "expected who approved it"),
  /** Day from which it holds, in UTC. */
  granted: day,
  /** Its last day, in UTC. */
  expires: day,
});

export type Exception = Readonly<z.infer<typeof exceptionSchema>>;
