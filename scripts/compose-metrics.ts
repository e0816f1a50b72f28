import { systemClock } from "../infra/adapters/clock.ts";
import { datadog } from "../infra/adapters/metrics/datadog.ts";
import { prometheus } from "../infra/adapters/metrics/prometheus.ts";
import type { ResolveSecret } from "../infra/adapters/secrets.ts";
import type { MetricsPort } from "../infra/driver/ports.ts";
import type { MetricsFrom, MetricsSettings } from "../infra/model/settings/metrics.ts";

/** One service of one environment. */
export interface Counted {
  readonly environment: string;
  readonly service: string;
}

/** What counts users' requests; null: the gateways' own logs. Its login is read at the first question: going back has none. */
export function openMetrics(settings: MetricsSettings, counted: Counted, resolve: ResolveSecret): MetricsPort | null {
  switch (settings.source) {
    case "gateway":
      return null;
    case "prometheus": {
      const { url, labels } = settings;
      const open = async () =>
        prometheus({
          ...counted,
          ...limitsOf(settings),
          url,
          labels,
          headers: { ...(await headersOf(settings, resolve)), ...(await loginOf(settings, resolve)) },
        });
      return whenAsked({ name: `Prometheus at ${url}`, ...limitsOf(settings) }, open);
    }
    case "datadog": {
      const { site, url = `https://api.${site}`, namespace } = settings;
      const open = async () =>
        datadog({
          ...counted,
          ...limitsOf(settings),
          url,
          namespace,
          apiKey: await resolve(settings.apiKey),
          applicationKey: await resolve(settings.applicationKey),
          clock: systemClock,
        });
      return whenAsked({ name: `Datadog at ${url}`, ...limitsOf(settings) }, open);
    }
  }
}

function limitsOf({ timeoutSeconds, maxAgeSeconds }: MetricsFrom<"prometheus" | "datadog">) {
  return { timeoutMs: timeoutSeconds * 1000, maxAgeMs: maxAgeSeconds * 1000 };
}

function whenAsked(known: Pick<MetricsPort, "name" | "maxAgeMs">, open: () => Promise<MetricsPort>): MetricsPort {
  let opened: MetricsPort | undefined;
  const source = async () => (opened ??= await open());
  return {
    name: known.name,
    maxAgeMs: known.maxAgeMs,
    read: async () => (await source()).read(),
    history: async (days) => (await source()).history(days),
  };
}

async function headersOf({ headers }: MetricsFrom<"prometheus">, resolve: ResolveSecret) {
  const all = Object.entries(headers).map(
    async ([name, value]) => [name, typeof value === "string" ? value : await resolve(value)] as const,
  );
  return Object.fromEntries(await Promise.all(all));
}

async function loginOf({ auth }: MetricsFrom<"prometheus">, resolve: ResolveSecret): Promise<Record<string, string>> {
  switch (auth?.kind) {
    case undefined:
      return {};
    case "bearer":
      return { authorization: `Bearer ${await resolve(auth.token)}` };
    case "basic": {
      const login = `${auth.username}:${await resolve(auth.password)}`;
      return { authorization: `Basic ${Buffer.from(login).toString("base64")}` };
    }
  }
}
