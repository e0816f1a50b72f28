import type {
  PolicyConfigSchema,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from "@pulumi/policy";
import { z } from "zod";
import { InputError } from "../infra/model/errors.ts";
import { issuesOf, type PolicyConfig } from "./config-file.ts";
import type { Rule } from "./rule.ts";
import type { SecretsSeen } from "./secrets-seen.ts";
import { secretKept } from "./rules/secret-kept.ts";
import { toldBefore } from "./told-before.ts";
import { verdictOf } from "./verdict.ts";

/** Where `@pulumi/policy` keeps what it wraps, once against unknown values and once more around secrets. */
const TARGET = "__getSpecialProxyTarget";

/**
 * A rule as Pulumi runs it.
 *
 * @param today ISO date, for exceptions.
 */
export function asPolicy(
  rule: Rule,
  { rules, exceptions }: PolicyConfig,
  seen: SecretsSeen,
  today: string,
): ResourceValidationPolicy {
  return {
    name: rule.name,
    description: rule.description,
    enforcementLevel: "mandatory",
    configSchema: configSchema(rule, rules[rule.name] ?? {}),
    validateResource: async (args, report) => {
      const verdict = await verdictOf(rule, resourceOf(args, seen), configOf(rule, args), exceptions, today);
      switch (verdict.kind) {
        case "passes":
          return;
        case "notApplicable":
          return args.notApplicable(verdict.reason);
        case "denied":
          for (const message of verdict.messages) report(message);
      }
    },
  };
}

/**
 * Changes nothing, and denies nothing. A validation gets secrets like any other value; a remediation, which comes before,
 * alone is told which they are.
 */
export function secretsWatch(seen: SecretsSeen): ResourceValidationPolicy {
  return {
    name: "secrets-watch",
    description: "Notes which inputs are secrets, for the rules about secrets; changes nothing.",
    enforcementLevel: "remediate",
    remediateResource: ({ urn, props }) => seen.note(urn, rawOf(props)),
  };
}

/**
 * `secret-kept` once more, at the end of a preview: over resources that were judged before what is secret in a later one was
 * known. A stack's validation isn't told of secrets either, so it goes by what was noted.
 */
export function secretsKeptThroughout(
  { rules, exceptions }: PolicyConfig,
  seen: SecretsSeen,
  today: string,
): StackValidationPolicy {
  return {
    name: "secret-kept-throughout",
    description: "Secrets stay secret: what Pulumi keeps secret in one resource is plain in none that comes before it.",
    enforcementLevel: "mandatory",
    configSchema: configSchema(secretKept, rules[secretKept.name] ?? {}),
    validateStack: (args, report) => {
      for (const { urn, messages } of toldBefore(seen, configOf(secretKept, args), exceptions, today)) {
        for (const message of messages) report(message, urn);
      }
    },
  };
}

function resourceOf({ urn, props, opts, provider }: ResourceValidationArgs, seen: SecretsSeen) {
  return {
    urn,
    parent: opts.parent,
    properties: props,
    protect: opts.protect,
    provider: provider?.props,
    marks: seen.marks(urn),
  };
}

/** What the engine made of the defaults above and of a file given with `--policy-pack-config`. */
function configOf({ name, config }: Rule, args: Pick<ResourceValidationArgs, "getConfig">): unknown {
  const given = { ...args.getConfig<Record<string, unknown>>() };
  delete given["enforcementLevel"];
  const parsed = config.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new InputError(`The policy's configuration of ${name} is wrong:`, issuesOf(parsed.error));
}

/**
 * The schema of a rule's configuration, whose defaults are the team's own values: an initial configuration would do as well,
 * but one that leaves the enforcement level out makes a mandatory policy advisory.
 */
function configSchema({ config }: Rule, values: Readonly<Record<string, unknown>>): PolicyConfigSchema {
  const { properties = {} } = z.toJSONSchema(config, { io: "input", target: "draft-7" });
  return {
    properties: Object.fromEntries(
      Object.entries(properties).map(([key, schema]) => [
        key,
        { ...(schema as object), default: values[key] as object },
      ]),
    ),
  };
}

function rawOf(props: unknown): unknown {
  const unwrapped = targetOf(targetOf(props));
  if (unwrapped === undefined) throw new Error("this version of @pulumi/policy doesn't tell which inputs are secrets");
  return unwrapped;
}

function targetOf(proxy: unknown): unknown {
  return (proxy as Record<string, unknown> | undefined)?.[TARGET];
}
