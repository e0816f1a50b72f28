import { z } from "zod";
import { checkDecision } from "../../infra/gates/signed/decision.ts";
import { defineRule, type Rule, type Violation } from "../rule.ts";
import { type Trusted, trustedKeys } from "../trusted-keys.ts";
import { CONTAINER, SLOT } from "../types.ts";

const EXPECTED = "the gates' signed decision for this revision, by a key of signing.trusted: `sluice rollout`";

/** What a slot was seen to be decided for. */
interface Decided {
  readonly image: string;
  readonly revision: string;
}

/** Nobody gets around the gates with a plain `pulumi up`: a slot comes with their decision, and its container keeps to it. */
export const slotDecided = slotDecidedBy(trustedKeys);

/** @param trusted Whose decisions count in an environment */
export function slotDecidedBy(trusted: (environment: string) => Trusted): Rule {
  const decided = new Map<string, Decided>();
  return defineRule({
    name: "slot-decided",
    description: "Where decisions are signed, a slot runs just the revision that the gates let in.",
    types: [SLOT, CONTAINER],
    properties: z.object({
      environment: z.string().default(""),
      service: z.string().default(""),
      revision: z.string().default(""),
      image: z.string().default(""),
      decision: z.unknown().optional(),
      labels: z.array(z.object({ label: z.string(), value: z.string() })).default([]),
    }),
    judge: ({ urn, type, parent, environment, components, properties }) => {
      const keys = trusted(environment);
      switch (keys.kind) {
        case "unsigned":
          return [];
        case "unknown":
          return type === SLOT || isSlots(properties.labels, components)
            ? [{ property: "decision", found: keys.reason, expected: EXPECTED }]
            : [];
        case "keys":
          break;
      }
      const { image, revision } = properties;
      if (type === CONTAINER) {
        if (!isSlots(properties.labels, components)) return [];
        return undecided(decided.get(parent ?? ""), { image, revision: revisionIn(properties.labels) ?? "none" });
      }
      if (properties.environment !== environment) {
        const expected = `${environment}, as the stack is called`;
        return [{ property: "environment", found: properties.environment || "none", expected }];
      }
      const wanted = { environment, service: properties.service, revisionHash: revision, image };
      const checked = checkDecision(properties.decision, wanted, keys.keys);
      if (checked.kind === "invalid") return [{ property: "decision", found: checked.reason, expected: EXPECTED }];
      decided.set(urn, { image, revision });
      return [];
    },
  });
}

interface Label {
  readonly label: string;
  readonly value: string;
}

function revisionIn(labels: readonly Label[]): string | undefined {
  return labels.find(({ label }) => label === "sluice.revision")?.value;
}

/** Whether a container is a slot's, or says that it is. */
function isSlots(labels: readonly Label[], components: readonly string[]): boolean {
  return revisionIn(labels) !== undefined || components.includes(SLOT);
}

function undecided(slot: Decided | undefined, { image, revision }: Decided): readonly Violation[] {
  if (!slot) return [{ property: "parent", found: "no slot that was decided", expected: EXPECTED }];
  const is = (property: string, found: string, expected: string) =>
    found === expected ? [] : [{ property, found: found || "none", expected: `${expected}, as its slot was decided` }];
  return [...is("image", image, slot.image), ...is("labels.sluice.revision", revision, slot.revision)];
}
