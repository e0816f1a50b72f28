import { z } from "zod";
import { secretReference } from "./secret.ts";

/** Who is woken up when a rollback could not be seen to have worked. */
export const pagingSettings = z.discriminatedUnion("kind", [
  z
    .strictObject({
      kind: z.literal("pagerduty"),
      routingKey: secretReference.describe("Integration key of the PagerDuty service (Events API v2)"),
      url: z
        .url({ protocol: /^https?$/, error: "expected an address such as https://events.eu.pagerduty.com" })
        .default("https://events.pagerduty.com")
        .describe("Where events are sent: the service region's address"),
    })
    .describe("PagerDuty: one incident a service, resolved by itself when the rollback is seen to be over"),
  z
    .strictObject({
      kind: z.literal("webhook"),
      url: secretReference.describe("Address that gets a POST with JSON: `status`, `key`, `summary`, `details`"),
    })
    .describe("Anything else that takes a POST"),
]);

export type PagingSettings = z.infer<typeof pagingSettings>;
