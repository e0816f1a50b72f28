import { dotted, parseServiceName } from "../../model/service-name.ts";
import { slotNames } from "../../model/slot.ts";
import { serviceFolder } from "../paths.ts";
import { assetLocations, assetTries } from "./assets.ts";
import { block, file, type Lines, map } from "./block.ts";
import { listener, type RouteConfig } from "./config.ts";
import { proxying, type ProxyMode } from "./proxy.ts";
import { shadowChoice, shadowListener, shadowLocations, shadowMaps, shadowMirror } from "./shadow.ts";
import { slotChoice } from "./slot-choice.ts";
import { bucketHeader, upstreamName, upToDate, variablePart } from "./names.ts";

/** `http.d/<service>.conf`: both slots, and what is derived from a request before its place is known. */
export function renderUpstreams(route: RouteConfig): string {
  const part = variablePart(route.service);
  const streaming = Object.fromEntries(
    route.streaming.map((path) => [`~^${path.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}`, "1"]),
  );
  return file(
    ...slotNames.map((slot) =>
      block(`upstream ${upstreamName(route.service, slot)}`, [
        // One peer that is never taken out: a slot that fails must say so itself, not as "no live upstreams".
        `server ${listener(route.slots[slot])} max_fails=0;`,
        "keepalive 64;",
        `keepalive_timeout ${route.upstreamKeepaliveSeconds}s;`,
      ]),
    ),
    map("$uri", `$sluice_streams_${part}`, { ...streaming, default: "$sluice_streams" }),
    keyMaps(route, part),
    ...testerMaps(route, part),
    ...shadowMaps(route),
  );
}

/** `sites/<site>/<service>.conf`: the service's paths. */
export function renderRoute(root: string, route: RouteConfig): string {
  const part = variablePart(route.service);
  const named = (mode: ProxyMode): string => `@sluice_${part}_${mode}`;
  const chosen = [
    ...identity(route),
    `set $sluice_key $sluice_key_${part};`,
    ...(route.testers === undefined && route.copies === undefined ? [] : [`set $sluice_base $${upToDate};`]),
    ...(route.testers === undefined ? [] : [`set $sluice_tester $sluice_tester_${part};`]),
    `set $sluice_asked $http_${bucketHeader.toLowerCase().replaceAll("-", "_")};`,
    ...slotChoice(root, route),
    "set $sluice_logged_bucket $sluice_bucket;",
    ...cookieChoice(root, route),
    // The answer of a service without a settled slot: an alert is tied to slot "none" in the access log.
    ...block("if ($sluice_slot = none)", ["return 503;"]),
    `set $sluice_stream $sluice_streams_${part};`,
    `error_page 418 = ${named("stream")};`,
    ...block("if ($sluice_stream)", ["return 418;"]),
    `error_page 419 = ${named("body")};`,
    ...block("if ($sluice_has_body)", ["return 419;"]),
  ];
  const body = [...chosen, ...shadowMirror(route), ...proxying(route, "plain")];
  const { path } = route;
  return file(
    ...(path.endsWith("/") ? [] : [block(`location = "${path}"`, body)]),
    block(`location ^~ "${path.endsWith("/") ? path : `${path}/`}"`, body, ...assetLocations(route, chosen)),
    block(`location ${named("stream")}`, proxying(route, "stream")),
    block(`location ${named("body")}`, proxying(route, "body")),
    ...assetTries(route),
    ...shadowLocations(root, route),
  );
}

/** `status.d/<service>.conf`: what nginx itself would do now; `?bucket=042` or `?key=<client key>` asks for one client. */
export function renderStatus(root: string, route: RouteConfig): string {
  const answer = [
    '"service":"$sluice_org/$sluice_service"',
    '"settled":"$sluice_settled"',
    '"target":"$sluice_slot"',
    '"leased":$sluice_leased',
    '"bucket":"$sluice_bucket"',
    '"copies":"$sluice_copied"',
    `"tick":$sluice_tick_${route.tickSeconds}`,
    '"generation":$sluice_generation',
    '"worker":$pid',
  ];
  return file(
    block(
      `location = /${dotted(route.service)}`,
      identity(route),
      ["set $sluice_key $arg_key;", "set $sluice_asked $arg_bucket;"],
      slotChoice(root, route),
      shadowChoice(root, route),
      [`return 200 '{${answer.join(",")}}';`],
    ),
    ...shadowListener(root, route),
  );
}

function identity({ service: name }: RouteConfig): Lines {
  const { org, service } = parseServiceName(name);
  return [`set $sluice_org "${org}";`, `set $sluice_service "${service}";`, `set $sluice_id "${dotted(name)}";`];
}

function keyMaps({ key }: RouteConfig, part: string): Lines {
  const variable = `$sluice_key_${part}`;
  switch (key.kind) {
    case "cookie":
      // A client without a cookie of ours is already told apart by the one that its answer will bring.
      return map(`$cookie_${key.name}`, variable, {
        "~^[0-9a-f]{32}$": `$cookie_${key.name}`,
        default: "$request_id",
      });
    case "header": {
      const header = `$http_${key.name.toLowerCase().replaceAll("-", "_")}`;
      return map(header, variable, { "": "$remote_addr", default: header });
    }
    case "address":
      return map("$remote_addr", variable, { default: "$remote_addr" });
  }
}

/** A tester's request is told by what it brings, letter by letter. */
function testerMaps({ testers }: RouteConfig, part: string): readonly Lines[] {
  if (testers === undefined) return [];
  const { kind, name, value } = testers;
  const brought = kind === "cookie" ? `$cookie_${name}` : `$http_${name.toLowerCase().replaceAll("-", "_")}`;
  return [map(brought, `$sluice_tester_${part}`, { [`~^${value.replaceAll(".", "[.]")}$`]: "1", default: "" })];
}

/** A cookie is given only while a lease is alive, so that answers stay cacheable when nothing is under way. */
function cookieChoice(root: string, { key, service, tickSeconds }: RouteConfig): Lines {
  if (key.kind !== "cookie") return [];
  const name = `$cookie_${key.name}`;
  return [
    'set $sluice_cookie "";',
    ...block(`if (-d ${serviceFolder(root, service)}/ticks/$sluice_tick_${tickSeconds})`, [
      `set $sluice_cookie "${key.name}=$sluice_key; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax$sluice_secure";`,
    ]),
    ...block(`if (${name} = $sluice_key)`, ['set $sluice_cookie "";']),
  ];
}
