import type { EnvironmentSettings } from "../model/settings/environment.ts";

/** Where users find a service, as far as the settings name it: by the first full name of its site. */
export function siteUrl({ sites, services }: EnvironmentSettings, service: string): string | null {
  const route = services[service]?.route;
  const site = route && sites[route.site];
  const name = site?.serverNames.find((one) => one !== "_" && !one.startsWith("*"));
  if (!route || !site || name === undefined) return null;
  const [scheme, usual] = site.tls ? ["https", 443] : ["http", 80];
  return `${scheme}://${name}${site.port === usual ? "" : `:${site.port}`}${route.path}`;
}
