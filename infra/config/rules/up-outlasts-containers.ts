import type { ServiceSettings } from "../../model/settings/service.ts";
import type { Rule } from "../rule.ts";

/** An `up` that is cancelled while it waits for what the settings allow would be cancelled every time. */
export const upOutlastsContainers: Rule = {
  name: "up-outlasts-containers",
  check: ({ pulumi, services, hosts }) => {
    if (!pulumi) return [];
    const waits = [
      ...Object.entries(services).map(([name, { container }]) => ({
        what: `services.${name}.container (stopSeconds and healthcheck)`,
        seconds: container.stopSeconds + healthSeconds(container),
      })),
      ...Object.entries(hosts).map(([name, { gateway }]) => ({
        what: `hosts.${name}.gateway.drainSeconds`,
        seconds: gateway.drainSeconds,
      })),
    ];
    return waits
      .filter(({ seconds }) => seconds >= pulumi.upSeconds)
      .map(({ what, seconds }) => ({
        path: ["pulumi", "upSeconds"],
        message: `expected more than the ${seconds} s that ${what} may take, found ${pulumi.upSeconds}`,
      }));
  },
};

/** Until Docker has given its verdict on a container. */
function healthSeconds({ healthcheck }: ServiceSettings["container"]): number {
  if (!healthcheck) return 0;
  const { startSeconds, retries, intervalSeconds, timeoutSeconds } = healthcheck;
  return Math.ceil(startSeconds + retries * (intervalSeconds + timeoutSeconds));
}
