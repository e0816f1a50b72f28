import { z } from "zod";
import { InputError, type Issue } from "../infra/model/errors.ts";
import { type Exception, exceptionSchema } from "../infra/model/exception.ts";
import type { Rule } from "./rule.ts";

const DAY = 86_400_000;

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
 * @param today ISO date in UTC.
 * @throws InputError naming everything that is wrong with it
 */
export function parsePolicyConfig(
  document: unknown,
  rules: readonly Rule[],
  source: string,
  today: string,
): PolicyConfig {
  const names = rules.map(({ name }) => name);
  const known = z.string().refine((name) => names.includes(name), {
    error: ({ input }) => `expected the name of a rule (${names.join(", ")}), found ${String(input)}`,
  });
  const schema = z
    .strictObject({
      rules: z
        .strictObject(Object.fromEntries(rules.map(({ name, config }) => [name, config.prefault({})])))
        .prefault({}),
      exceptions: z.array(exceptionSchema.extend({ rule: known })).default([]),
      /** Days that an exception may last. */
      maxExceptionDays: z.int().min(1).max(366).default(90),
    })
    .superRefine(({ exceptions, maxExceptionDays }, context) => {
      for (const [index, one] of exceptions.entries()) {
        for (const { key, message } of tooLong(one, maxExceptionDays, today)) {
          context.addIssue({ code: "custom", path: ["exceptions", index, key], message });
        }
      }
    });
  const parsed = schema.safeParse(document ?? {});
  if (parsed.success) return { rules: parsed.data.rules, exceptions: parsed.data.exceptions };
  throw new InputError(`The policy's configuration ${source} is wrong:`, issuesOf(parsed.error));
}

/** An exception without an end is a rule that nobody changed. */
function tooLong({ granted, expires }: Exception, maxDays: number, today: string): readonly Issue[] {
  if (granted > today) {
    return [
      {
        key: "granted",
        message: `expected the day when it was approved, ${today} (UTC) at the latest, found ${granted}`,
      },
    ];
  }
  const last = new Date(Date.parse(granted) + maxDays * DAY).toISOString().slice(0, 10);
  const isIn = granted <= expires && expires <= last;
  return isIn
    ? []
    : [
        {
          key: "expires",
          message: `expected a day from ${granted} to ${last}, ${maxDays} days after it was granted, found ${expires}`,
        },
      ];
}

/** What is wrong, by key. */
export function issuesOf({ issues }: z.ZodError): readonly Issue[] {
  return issues.map(({ path, message }) => ({ key: path.map(String).join("."), message }));
}
