import { z } from "zod";
import { InputError, type Issue } from "../infra/model/errors.ts";
import type { Rule } from "./rule.ts";

const exception = z.strictObject({
  rule: z.string().min(1),
  resource: z
    .string()
    .regex(/^(?!urn:)[^:]+(:[^:]+){1,2}::.+$|^urn:pulumi:.+::.+::.+::.+$/s, "expected a URN, or type::name"),
  reason: z.string().trim().min(1, "expected a reason"),
  approver: z.string().trim().min(1, "expected who approved it"),
  expires: z.iso.date("expected a date, e.g. 2027-01-31"),
});

/** A violation that somebody has approved until a day. */
export type Exception = Readonly<z.infer<typeof exception>>;

/** What a team says of the pack: thresholds that differ from the defaults, and exceptions. */
export interface PolicyConfig {
  /** Whole configuration of every rule, by its name. */
  readonly rules: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly exceptions: readonly Exception[];
}

/**
 * Checks a configuration.
 *
 * @param document What the file holds; nothing for defaults alone.
 * @throws InputError naming everything that is wrong with it
 */
export function parsePolicyConfig(document: unknown, rules: readonly Rule[], source: string): PolicyConfig {
  const names = rules.map(({ name }) => name);
  const known = z.string().refine((name) => names.includes(name), {
    error: ({ input }) => `expected the name of a rule (${names.join(", ")}), found ${String(input)}`,
  });
  const schema = z.strictObject({
    rules: z
      .strictObject(Object.fromEntries(rules.map(({ name, config }) => [name, config.prefault({})])))
      .prefault({}),
    exceptions: z.array(exception.extend({ rule: known })).default([]),
  });
  const parsed = schema.safeParse(document ?? {});
  if (parsed.success) return parsed.data;
  throw new InputError(`The policy's configuration ${source} is wrong:`, issuesOf(parsed.error));
}

/** What is wrong, by key. */
export function issuesOf({ issues }: z.ZodError): readonly Issue[] {
  return issues.map(({ path, message }) => ({ key: path.map(String).join("."), message }));
}
