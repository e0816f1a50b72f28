import type { NotifierPort } from "../../driver/ports.ts";
import { messageOf, UnknownError } from "../../model/errors.ts";
import type { Notice } from "../../model/notice.ts";
import type { GithubSettings } from "../../model/settings/github.ts";
import type { NotifierSettings } from "../../model/settings/notifications.ts";
import { mapTexts, redactor } from "../redact.ts";
import type { ResolveSecret, Secrets } from "../secrets.ts";
import { type Limits, usualLimits } from "./attempts.ts";
import { datadogEvents } from "./datadog.ts";
import { isOnGithub } from "./deployment.ts";
import { type DeploymentsOptions, githubDeployments } from "./deployments.ts";
import { pagerDuty } from "./pagerduty.ts";
import { slack } from "./slack.ts";
import { webhook } from "./webhook.ts";

/** The environment's notifiers. Their secrets are read when there is something to say; none gets into what is said. */
export function notifiersBy(
  settings: Readonly<Record<string, NotifierSettings>>,
  secrets: Secrets,
  limits = usualLimits,
): readonly NotifierPort[] {
  return Object.entries(settings).map(([name, one]) =>
    notifier({ name, wants: (notice) => wants(one, notice), open: () => open(one, secrets.resolve, limits) }, secrets),
  );
}

/** Where GitHub's deployments are written, and what they name. */
export type DeploymentsPlace = Pick<GithubSettings, "repository" | "apiUrl" | "token"> &
  Pick<DeploymentsOptions, "run" | "site">;

/** Writes GitHub's deployments: one more notifier, of which the settings say nothing but where and by which token. */
export function deploymentsBy(place: DeploymentsPlace, secrets: Secrets, limits = usualLimits): NotifierPort {
  const opening = async () => githubDeployments({ ...place, token: await secrets.resolve(place.token) }, limits);
  return notifier({ name: "github.deployments", wants: isOnGithub, open: opening }, secrets);
}

interface Opening extends Pick<NotifierPort, "name" | "wants"> {
  readonly open: () => Promise<NotifierPort["send"]>;
}

function notifier({ name, wants, open }: Opening, secrets: Secrets): NotifierPort {
  let opened: Promise<NotifierPort["send"]> | null = null;
  return {
    name,
    wants,
    send: async (notice, thread, signal, served) => {
      try {
        const send = await (opened ??= open());
        return await send(withoutSecrets(notice, redactor(secrets.values())), thread, signal, served);
      } catch (error) {
        // A secret that can't be read now may be there the next time. The cause stays here: it may name the address.
        opened = null;
        throw new UnknownError(redactor(secrets.values())(messageOf(error)));
      }
    },
  };
}

/** What tells one change or incident from another stays: it comes from Sluice and the settings. */
function withoutSecrets(notice: Notice, redact: (text: string) => string): Notice {
  const { change, at, incident } = notice;
  return { ...mapTexts(notice, redact), change, at, incident };
}

function wants({ kind, on }: NotifierSettings, { change, incident }: Notice): boolean {
  if (change === "test" || (on as readonly string[]).includes(change)) return true;
  return kind === "pagerduty" && incident?.action === "close";
}

async function open(settings: NotifierSettings, resolve: ResolveSecret, limits: Limits): Promise<NotifierPort["send"]> {
  switch (settings.kind) {
    case "slack":
      return slack({ ...settings, token: await resolve(settings.token) }, limits);
    case "pagerduty":
      return pagerDuty({ ...settings, routingKey: await resolve(settings.routingKey) }, limits);
    case "datadog": {
      const { apiKey, site, url = `https://api.${site}` } = settings;
      return datadogEvents({ url, apiKey: await resolve(apiKey) }, limits);
    }
    case "webhook": {
      const [url, signingSecret] = [await resolve(settings.url), await resolve(settings.signingSecret)];
      return webhook({ url, signingSecret }, limits);
    }
  }
}
