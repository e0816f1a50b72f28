import { dotted } from "../../model/service-name.ts";
import type { ConfigFile } from "../bundle.ts";
import { renderBase } from "./base.ts";
import { type GatewayConfigInput, parseGatewayConfig, parseRouteConfig, type RouteConfigInput } from "./config.ts";
import { renderRoute, renderStatus, renderUpstreams } from "./route.ts";

/**
 * The files that the environment's stack owns on a gateway.
 * @throws InputError with every problem at once.
 */
export function gatewayFiles(input: GatewayConfigInput): readonly ConfigFile[] {
  const config = parseGatewayConfig(input);
  return [
    { path: "nginx.conf", text: renderBase(config) },
    ...config.sites.map(({ name }) => ({ path: `sites/${name}/00-site.conf`, text: `# Routes of site ${name}.\n` })),
  ];
}

/**
 * The files that one service's stack owns on a gateway with this root.
 * @throws InputError with every problem at once.
 */
export function routeFiles(root: string, input: RouteConfigInput): readonly ConfigFile[] {
  const route = parseRouteConfig(input);
  const name = `${dotted(route.service)}.conf`;
  return [
    { path: `http.d/${name}`, text: renderUpstreams(route) },
    { path: `sites/${route.site}/${name}`, text: renderRoute(root, route) },
    { path: `status.d/${name}`, text: renderStatus(root, route) },
  ];
}
