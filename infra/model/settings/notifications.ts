import { z } from "zod";
import { changeKinds, type ChangeKind } from "../notice.ts";
import { secretReference } from "./secret.ts";

const address = (example: string) =>
  z
    .string()
    .regex(
      /^https?:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/,
      `expected an address such as ${example}, without login, query or fragment`,
    );

/** What opens an incident somebody has to see to. */
export const incidentKinds = ["rolledBack", "stranded"] as const satisfies readonly ChangeKind[];

const on = z
  .array(z.enum(changeKinds))
  .min(1)
  .default([...changeKinds])
  .describe("The state changes that it is told of; [notifications.md](notifications.md) says what each is");

const slack = z
  .strictObject({
    kind: z.literal("slack"),
    token: secretReference.describe("Token of the bot (`xoxb-...`), with the scope `chat:write`"),
    channel: z
      .string()
      .regex(/^[CGD][A-Z0-9]{6,}$|^#[^\s#]{1,80}$/, "expected a channel's id, e.g. C0123456789, or #name")
      .describe("Channel that the bot is a member of; best its id, which stays when the channel is renamed"),
    url: address("https://slack.com/api/")
      .default("https://slack.com/api/")
      .describe("Address of Slack's Web API, for a proxy"),
    on,
  })
  .describe("Slack: a thread a rollout");

const pagerduty = z
  .strictObject({
    kind: z.literal("pagerduty"),
    routingKey: secretReference.describe("Integration key of the PagerDuty service (Events API v2)"),
    url: address("https://events.eu.pagerduty.com")
      .default("https://events.pagerduty.com")
      .describe("Where events are sent: the service region's address"),
    on: z
      .array(z.enum(incidentKinds))
      .min(1)
      .default([...incidentKinds])
      .describe("What opens an incident. When it is over, it is resolved by itself"),
  })
  .describe("PagerDuty: at most two incidents a service, resolved by themselves");

const datadog = z
  .strictObject({
    kind: z.literal("datadog"),
    apiKey: secretReference.describe("API key"),
    site: z
      .string()
      .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, "expected a site, e.g. datadoghq.eu")
      .default("datadoghq.com")
      .describe("Datadog site; its API is at https://api.<site>"),
    url: address("https://api.datadoghq.eu")
      .optional()
      .describe("Address of the API, for a proxy. Default: that of the site"),
    on,
  })
  .describe("Datadog: an event each");

const webhook = z
  .strictObject({
    kind: z.literal("webhook"),
    url: secretReference.describe("Address that gets a POST with JSON; it counts as a secret"),
    signingSecret: secretReference.describe(
      "By which each POST is signed (Standard Webhooks): `whsec_` and 24 to 64 bytes in base64, as `echo whsec_$(openssl rand -base64 32)` makes one",
    ),
    on,
  })
  .describe("Anything else that takes a POST; signed, see [notifications.md](notifications.md#webhooks)");

/** One who is told what becomes of rollouts. */
export const notifierSettings = z.discriminatedUnion("kind", [slack, pagerduty, datadog, webhook]);

export type NotifierSettings = z.infer<typeof notifierSettings>;
export type NotifierOf<Kind extends NotifierSettings["kind"]> = Extract<NotifierSettings, { kind: Kind }>;
