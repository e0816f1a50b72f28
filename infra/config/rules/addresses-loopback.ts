import { isLoopback } from "../addresses.ts";
import type { Rule } from "../rule.ts";

/** Slots and status endpoints are for the host's own gateway: on any other address everybody would reach them past it. */
export const addressesLoopback: Rule = {
  name: "addresses-loopback",
  check: ({ hosts }) =>
    Object.entries(hosts).flatMap(([name, { address, gateway }]) => {
      const given = [
        { path: ["hosts", name, "address"], value: address },
        { path: ["hosts", name, "gateway", "statusAddress"], value: gateway.statusAddress ?? address },
      ];
      const reported = gateway.statusAddress === undefined ? given.slice(0, 1) : given;
      return reported
        .filter(({ value }) => !isLoopback(value))
        .map(({ path, value }) => ({ path, message: `expected an address of 127.0.0.0/8, found ${value}` }));
    }),
};
