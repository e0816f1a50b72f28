import { dotted } from "../../model/service-name.ts";
import { slotNames } from "../../model/slot.ts";
import { serviceFolder } from "../paths.ts";
import { block, type Lines, map } from "./block.ts";
import { listener, type RouteConfig } from "./config.ts";
import { accessLog } from "./log-format.ts";
import { copyHeader, upstreamName, variablePart } from "./names.ts";
import { forwardedHeaders } from "./proxy.ts";

/** The site's name that the candidate is to see, on the way through the private listener. */
const hostHeader = "X-Sluice-Host";

/** Copies of one service that a gateway may have under way; what is beyond that isn't copied. */
const mostAtOnce = 100;

/**
 * A shadow: the candidate gets copies of users' safe requests, and nobody its answers.
 *
 * nginx ends a request only when its `mirror` has ended, and keeps the client's connection for so long: a slow candidate
 * would make users wait. So the mirror goes to the gateway's own private listener, which answers it at once and makes the
 * copy then: nobody but that answer waits for the candidate.
 */
export function shadowMirror(route: RouteConfig): Lines {
  if (route.copies === undefined) return [];
  return [
    `mirror ${mirrorPath(route)};`,
    "mirror_request_body off;",
    // Nobody leaves a copy: an original that ended when its client left couldn't be compared with it.
    "proxy_ignore_client_abort on;",
  ];
}

/** The mirror's own location, which no client can ask for. */
export function shadowLocations(root: string, route: RouteConfig): readonly Lines[] {
  const { copies } = route;
  if (copies === undefined) return [];
  return [
    block(`location = "${mirrorPath(route)}"`, [
      "internal;",
      ...shadowChoice(root, route),
      ...block('if ($request_method !~ "^(GET|HEAD)$")', ['set $sluice_copied "";']),
      // "GET http://host?query" has no path to append.
      ...block('if ($request_uri !~ "^/")', ['set $sluice_copied "";']),
      // The driver's own requests aren't users'.
      ...block("if ($sluice_private)", ['set $sluice_copied "";']),
      ...block('if ($sluice_copied = "")', ["return 204;"]),
      // Without a copy there is no original: what the listener refuses (too many, too long) isn't compared.
      "proxy_intercept_errors on;",
      `error_page 400 403 405 408 413 414 421 431 500 502 503 504 = ${notCopied(route)};`,
      `proxy_pass http://${listener(copies)}${copyPath(route)}/$sluice_copied$request_uri;`,
      "proxy_http_version 1.1;",
      ...forwardedHeaders,
      // By a client's own Host another server on the private listener might be meant.
      "proxy_set_header Host copies;",
      `proxy_set_header ${hostHeader} $sluice_host;`,
      "proxy_connect_timeout 1s;",
      "proxy_read_timeout 1s;",
      "proxy_next_upstream off;",
    ]),
    block(`location ${notCopied(route)}`, ['set $sluice_copied "";', "return 204;"]),
  ];
}

/** What `status.d` has of it: where mirrors arrive, and the copies that are made of them. */
export function shadowListener(root: string, route: RouteConfig): readonly Lines[] {
  if (route.copies === undefined) return [];
  const at = copyPath(route);
  return slotNames.flatMap((slot) => [
    block(`location ^~ "${at}/${slot}/"`, [
      `set $sluice_id "${dotted(route.service)}";`,
      `limit_conn ${zone(route)} ${mostAtOnce};`,
      "limit_conn_log_level info;",
      `mirror "${at}-made/${slot}";`,
      "mirror_request_body off;",
      "empty_gif;",
    ]),
    block(`location = "${at}-made/${slot}"`, [
      "internal;",
      ...logged(root, route),
      `proxy_pass http://${upstreamName(route.service, slot)}$sluice_copied_uri_${variablePart(route.service)};`,
      "proxy_http_version 1.1;",
      `proxy_set_header Host $http_${hostHeader.toLowerCase().replaceAll("-", "_")};`,
      `proxy_set_header ${hostHeader} "";`,
      'proxy_set_header Connection "";',
      `proxy_set_header ${copyHeader} 1;`,
      `proxy_connect_timeout ${route.connectSeconds}s;`,
      `proxy_read_timeout ${route.readSeconds}s;`,
      "proxy_next_upstream error;",
      "proxy_next_upstream_tries 2;",
      "proxy_ignore_headers X-Accel-Redirect;",
      "proxy_buffer_size 16k;",
      "proxy_buffers 8 16k;",
      "proxy_busy_buffers_size 32k;",
    ]),
  ]);
}

/** What `http.d` has of it. */
export function shadowMaps(route: RouteConfig): readonly Lines[] {
  if (route.copies === undefined) return [];
  const slots = slotNames.join("|");
  return [
    [`limit_conn_zone $sluice_id zone=${zone(route)}:1m;`],
    map("$request_uri", `$sluice_copied_uri_${variablePart(route.service)}`, {
      [`~^${copyPath(route).replaceAll(".", "[.]")}/(?:${slots})(?<sluice_copied_path>/.*)$`]: "$sluice_copied_path",
      default: "/",
    }),
  ];
}

/** Sets `$sluice_copied` to the slot that the lease lets have copies of requests of this bucket. */
export function shadowChoice(root: string, { service, tickSeconds, copies }: RouteConfig): Lines {
  const ticks = `${serviceFolder(root, service)}/ticks/$sluice_tick_${tickSeconds}`;
  return [
    'set $sluice_copied "";',
    ...(copies === undefined ? [] : slotNames).flatMap((slot) =>
      block(`if (-f ${ticks}/copies-${slot}/$sluice_bucket)`, [`set $sluice_copied ${slot};`]),
    ),
  ];
}

/** The copy's own line in the access log. */
function logged(root: string, route: RouteConfig): Lines {
  const [org, service] = route.service.split("/");
  return [
    `set $sluice_org "${org}";`,
    `set $sluice_service "${service}";`,
    "set $sluice_slot copies;",
    "log_subrequest on;",
    accessLog(root),
  ];
}

function notCopied({ service }: RouteConfig): string {
  return `@sluice_${variablePart(service)}_not_copied`;
}

function mirrorPath({ service }: RouteConfig): string {
  return `/.sluice-copies/${dotted(service)}`;
}

function copyPath({ service }: RouteConfig): string {
  return `/${dotted(service)}/copies`;
}

function zone({ service }: RouteConfig): string {
  return `sluice_copies_${variablePart(service)}`;
}
