import type { Rule } from "../rule.ts";

export const registriesDistinct: Rule = {
  name: "registries-distinct",
  check: ({ registries }) =>
    registries.flatMap(({ address }, index) =>
      registries.findIndex((other) => other.address.toLowerCase() === address.toLowerCase()) < index
        ? [{ path: ["registries", index, "address"], message: `expected each registry once, found ${address} again` }]
        : [],
    ),
};
