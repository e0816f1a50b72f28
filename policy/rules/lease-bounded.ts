import { z } from "zod";
import { defineRule, type Violation } from "../rule.ts";
import { COMMANDS, ROUTE } from "../types.ts";

const INIT = /\/sluice-host['"]?[ \t]+['"]?service-init['"]?[ \t]+\S+[ \t]+['"]?([^\s'"]+)['"]?[ \t]+['"]?([^\s'"]+)/g;

/** For so long users stay on a candidate that nobody watches any more. */
export const leaseBounded = defineRule({
  name: "lease-bounded",
  description: "A lease runs out soon after its driver died.",
  types: COMMANDS,
  properties: z.object({ create: z.string().default(""), update: z.string().default("") }),
  config: {
    maxSeconds: z.int().min(1).default(60).describe("Longest lease, in seconds: its ticks and the current one"),
  },
  judge: ({ properties, components }, { maxSeconds }) => {
    const found = (["create", "update"] as const).flatMap((property) =>
      [...properties[property].matchAll(INIT)].map(([, tick, ticks]) => ({
        property,
        seconds: Number(tick) * (Number(ticks) + 1),
      })),
    );
    const expected = `a lease of at most ${maxSeconds} s`;
    if (found.length === 0 && components.includes(ROUTE)) return [{ property: "create", found: "none", expected }];
    return found.flatMap(({ property, seconds }): Violation[] =>
      seconds > 0 && seconds <= maxSeconds ? [] : [{ property, found: `a lease of ${seconds} s`, expected }],
    );
  },
});
