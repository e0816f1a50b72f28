import type { Rule } from "../rule.ts";

const reserved = /^(org|service|slot|version)$|^sluice\./;

/** By these labels Sluice, metrics and logs know a slot. */
export const labelsOwn: Rule = {
  name: "labels-own",
  check: ({ services }) =>
    Object.entries(services).flatMap(([name, { container }]) =>
      Object.keys(container.labels)
        .filter((label) => reserved.test(label))
        .map((label) => ({
          path: ["services", name, "container", "labels", label],
          message: `expected another label: org, service, slot, version and sluice.* are set by Sluice`,
        })),
    ),
};
