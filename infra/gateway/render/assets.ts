import { block, type Lines } from "./block.ts";
import type { RouteConfig } from "./config.ts";
import { variablePart } from "./names.ts";
import { proxying } from "./proxy.ts";

/** Where Vite (`assets`) and Create React App (`static`) put files with their content's hash in their names. */
const usualFolders = ["assets", "static"];

/** Longest waits for the other slot: the client has an answer already, if only a 404. */
const otherSeconds = { connect: 2, read: 5 };

/** Whatever isn't an answer worth having; nginx keeps 499 for itself. */
const failures = Array.from({ length: 200 }, (_, index) => 400 + index).filter((status) => status !== 499);

/** Path prefixes of a service's assets, each ending in a slash, each once. */
export function assetPrefixes({ path, assets }: Pick<RouteConfig, "path" | "assets">): readonly string[] {
  const prefixes = assets ?? usualFolders.map((folder) => withSlash(path) + folder);
  return [...new Set(prefixes.map(withSlash))];
}

/**
 * Locations inside the service's own, so that they neither take paths of another service nor change a line of what every
 * other request meets: a GET or HEAD goes the way of `assetTries`, all else the way that it always went.
 * @param chosen lines that choose a request's slot
 */
export function assetLocations(route: RouteConfig, chosen: Lines): readonly Lines[] {
  return assetPrefixes(route).map((prefix) =>
    block(`location ^~ "${prefix}"`, [
      ...chosen,
      // Without it the 404 of a request that has come by an error page (420) would be final.
      "recursive_error_pages on;",
      `error_page 420 = ${tryOf(route, "asset")};`,
      ...block('if ($request_method ~ "^(GET|HEAD)$")', ["return 420;"]),
      // A proxy_pass in here would make nginx redirect a path that only lacks the slash at its end.
      `error_page 421 = ${tryOf(route, "plain")};`,
      "return 421;",
    ]),
  );
}

/**
 * Yesterday's page asks today's slot for a chunk that only the other one has: a 404 of the chosen slot is tried on the
 * other. Where that brings nothing, the chosen slot is asked again and its answer is final: it is what the client would
 * have got, with the service's own headers and text.
 */
export function assetTries(route: RouteConfig): readonly Lines[] {
  if (assetPrefixes(route).length === 0) return [];
  const { connectSeconds, readSeconds } = route;
  const shortly = {
    ...route,
    connectSeconds: Math.min(connectSeconds, otherSeconds.connect),
    readSeconds: Math.min(readSeconds, otherSeconds.read),
  };
  return [
    block(`location ${tryOf(route, "asset")}`, [
      ...proxying(route, "plain"),
      ...intercepted([404], tryOf(route, "other")),
      "recursive_error_pages on;",
    ]),
    block(`location ${tryOf(route, "other")}`, [
      "set $sluice_other green;",
      ...block("if ($sluice_slot = green)", ["set $sluice_other blue;"]),
      ...proxying(shortly, "plain", "$sluice_other"),
      ...intercepted(failures, tryOf(route, "plain")),
    ]),
    block(`location ${tryOf(route, "plain")}`, proxying(route, "plain")),
  ];
}

function intercepted(statuses: readonly number[], to: string): Lines {
  return ["proxy_intercept_errors on;", `error_page ${statuses.join(" ")} = ${to};`];
}

function tryOf({ service }: RouteConfig, name: "asset" | "other" | "plain"): string {
  return `@sluice_${variablePart(service)}_${name}`;
}

function withSlash(path: string): string {
  return path.endsWith("/") ? path : `${path}/`;
}
