import type { Lines } from "./block.ts";
import type { RouteConfig } from "./config.ts";
import { bucketHeader, copyHeader, slotHeader, variablePart } from "./names.ts";

/**
 * How a request is passed on.
 *
 * - `plain`: buffered, and tried once more when a kept connection turns out to be dead.
 * - `body`: as `plain`, but the body is passed on while it comes, so that a slow upload is a connection that
 *   whoever empties the slot can see.
 * - `stream`: nothing is held back in either direction; WebSockets, server-sent events.
 */
export type ProxyMode = "plain" | "body" | "stream";

/** What a service is told of a request beside its host's name. */
export const forwardedHeaders: Lines = [
  "proxy_set_header X-Real-IP $remote_addr;",
  "proxy_set_header X-Forwarded-For $sluice_forwarded_for;",
  "proxy_set_header X-Forwarded-Proto $sluice_proto;",
  "proxy_set_header X-Forwarded-Host $sluice_forwarded_host;",
  "proxy_set_header X-Forwarded-Port $sluice_forwarded_port;",
  "proxy_set_header X-Request-ID $sluice_request_id;",
  // What only the gateway may say, a client must not.
  `proxy_set_header ${bucketHeader} "";`,
  `proxy_set_header ${copyHeader} "";`,
];

/** @param slot variable that names the slot */
export function proxying(route: RouteConfig, mode: ProxyMode, slot = "$sluice_slot"): Lines {
  const part = variablePart(route.service);
  const silence = mode === "stream" ? route.webSocketSeconds : route.readSeconds;
  return [
    `proxy_pass http://sluice_${part}_${slot};`,
    "proxy_http_version 1.1;",
    "proxy_set_header Host $sluice_host;",
    ...forwardedHeaders,
    "proxy_set_header Connection $sluice_connection;",
    "proxy_set_header Upgrade $sluice_upgrade;",
    "proxy_redirect off;",
    `proxy_connect_timeout ${route.connectSeconds}s;`,
    `proxy_read_timeout ${silence}s;`,
    `proxy_send_timeout ${mode === "stream" ? route.webSocketSeconds : route.sendSeconds}s;`,
    // nginx never repeats a POST, LOCK or PATCH that it has begun to send.
    "proxy_next_upstream error;",
    "proxy_next_upstream_tries 2;",
    `proxy_buffering ${mode === "stream" ? "off" : "on"};`,
    `proxy_request_buffering ${mode === "plain" ? "on" : "off"};`,
    "proxy_buffer_size 16k;",
    "proxy_buffers 8 16k;",
    "proxy_busy_buffers_size 32k;",
    `client_max_body_size ${route.bodyMegabytes}m;`,
    ...(mode === "stream" ? ["gzip off;"] : []),
    ...(route.key.kind === "cookie" ? ["add_header Set-Cookie $sluice_cookie always;"] : []),
    `add_header ${slotHeader} $sluice_slot_header always;`,
    "add_header X-Sluice-Bucket $sluice_bucket_header always;",
    "add_header X-Sluice-Generation $sluice_generation_header always;",
  ];
}
