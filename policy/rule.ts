import { z } from "zod";
import type { SecretMarks } from "./secret-marks.ts";
import { unknownPath } from "./unknown.ts";
import { parseUrn, type UrnParts } from "./urn.ts";

/** A resource as the engine shows it before anything changes. */
export interface Resource {
  readonly urn: string;
  /** URN of the resource that it is in. */
  readonly parent?: string | undefined;
  /** Inputs. Touching one that isn't known yet throws, and that is a violation. */
  readonly properties: object;
  /** Pulumi refuses to delete or replace it. */
  readonly protect: boolean;
  /** Inputs of its provider; none for providers and components. */
  readonly provider: object | undefined;
  /** Which inputs are secrets; undefined where the engine didn't say. */
  readonly marks: SecretMarks | undefined;
}

/** One thing that isn't as it must be. Values of secrets are never in it. */
export interface Violation {
  /** Path of the property, e.g. `healthcheck.tests`. */
  readonly property: string;
  readonly found: string;
  /** What would pass. */
  readonly expected: string;
}

/** Resources that a rule leaves out, and why. */
export const allowance = z.strictObject({
  component: z.string().min(1).describe("Type of a component that the resource is in"),
  environments: z.array(z.string()).optional().describe("Environments that it holds in. Default: all"),
  reason: z.string().min(1).describe("Why the rule doesn't need to hold there"),
});
export type Allowance = z.infer<typeof allowance>;

export type Outcome =
  | { readonly kind: "compliant" }
  | { readonly kind: "notApplicable"; readonly reason: string }
  | { readonly kind: "violated"; readonly violations: readonly [Violation, ...Violation[]] };

/** A rule whatever it looks at. */
export interface Rule {
  /** Name on the wire, in configuration and exceptions: `<resource>-<what>`. */
  readonly name: string;
  /** What must be true. */
  readonly description: string;
  /** Keys of its configuration, with their defaults. */
  readonly config: z.ZodObject;
  /** @param config as the schema above gives it out */
  readonly judge: (resource: Resource, config: unknown) => Promise<Outcome>;
}

interface Definition<Properties extends z.ZodType<object>, Config extends z.ZodRawShape> {
  readonly name: string;
  readonly description: string;
  /** Types of the resources that it judges; `all` is every one. */
  readonly types: readonly string[] | "all";
  /**
   * Which resources of these types it judges.
   * @default all
   */
  readonly applies?: (parts: UrnParts) => boolean;
  /** The inputs that it looks at: one of them that is unknown at preview is a violation. */
  readonly properties: Properties;
  /** Thresholds, each with a default. */
  readonly config?: Config;
  /** Which resources are left out as long as the configuration doesn't say otherwise; for rules of containers alone. */
  readonly allowances?: readonly Allowance[];
  readonly judge: (
    judged: Resource & UrnParts & { readonly properties: z.infer<Properties> },
    config: z.infer<z.ZodObject<Config>>,
  ) => readonly Violation[] | Promise<readonly Violation[]>;
}

/** Makes a rule of a pure function over a resource's inputs. */
export function defineRule<Properties extends z.ZodType<object>, Config extends z.ZodRawShape>(
  definition: Definition<Properties, Config>,
): Rule {
  const { name, description, types, applies = () => true, properties, allowances = [], judge } = definition;
  const own = z.object(definition.config ?? ({} as Config));
  // Components' containers differ for good reasons; whose decisions count, or what a secret is, doesn't.
  const leavesOut = name.startsWith("container-");
  const leavingOut = z.object({
    allowances: z
      .array(allowance)
      .default([...allowances])
      .describe("Resources that the rule leaves out, with the reason"),
  });
  return {
    name,
    description,
    config: leavesOut
      ? z.strictObject({ ...own.shape, ...leavingOut.shape })
      : z.strictObject(own.shape, { error: refusesAllowances }),
    judge: async (resource, given) => {
      const parts = parseUrn(resource.urn);
      if (types !== "all" && !types.includes(parts.type)) {
        return { kind: "notApplicable", reason: `judges ${types.join(", ")}` };
      }
      if (!applies(parts)) return { kind: "notApplicable", reason: "judges what is in another component" };
      const left = leavesOut ? leavingOut.parse(given).allowances : [];
      const allowed = left.find((one) => covers(one, parts));
      if (allowed) return { kind: "notApplicable", reason: allowed.reason };
      const settings = own.parse(given);
      const [first, ...rest] = await known(async () =>
        judge({ ...resource, ...parts, properties: properties.parse(resource.properties) }, settings),
      );
      return first ? { kind: "violated", violations: [first, ...rest] } : { kind: "compliant" };
    },
  };
}

function refusesAllowances({ code, keys }: { code?: string; keys?: unknown }): string | undefined {
  return code === "unrecognized_keys" && Array.isArray(keys) && keys.includes("allowances")
    ? "expected no allowances: only the rules container-* have them; an exception names one resource, an approver and an expiry"
    : undefined;
}

function covers({ component, environments }: Allowance, { components, environment }: UrnParts): boolean {
  return components.includes(component) && (environments?.includes(environment) ?? true);
}

/** A value that the rule needs and nobody knows yet denies: Pulumi itself would only warn. */
async function known(judge: () => Promise<readonly Violation[]>): Promise<readonly Violation[]> {
  try {
    return await judge();
  } catch (error) {
    const property = unknownPath(error);
    if (property === undefined) throw error;
    return [unknownAtPreview(property)];
  }
}

export function unknownAtPreview(property: string): Violation {
  return {
    property: property === "" ? "inputs" : property,
    found: "a value unknown at preview",
    expected: "one that is known before anything changes: not made from another resource's outputs",
  };
}
