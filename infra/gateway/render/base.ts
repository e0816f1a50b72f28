import { heartbeatName } from "../../model/reading.ts";
import { gatewayPaths } from "../paths.ts";
import { block, file, type Lines, map } from "./block.ts";
import type { GatewayConfig } from "./config.ts";
import { accessLog, logFormat } from "./log-format.ts";
import { listener } from "./config.ts";
import { heartbeatPath, testersBucket, upToDate } from "./names.ts";
import { refusalServers, siteServer, throughServer } from "./site.ts";

/** `nginx.conf`: everything that doesn't belong to one service. Routes are included from beside it. */
export function renderBase(config: GatewayConfig): string {
  const paths = gatewayPaths(config.root);
  return file(
    [
      ...(config.user === undefined ? [] : [`user ${config.user};`]),
      `worker_processes ${config.workerProcesses};`,
      `worker_shutdown_timeout ${config.workerShutdownSeconds}s;`,
      `pid ${paths.pidFile};`,
      `error_log ${paths.errorLog} warn;`,
    ],
    block("events", [`worker_connections ${config.workerConnections};`]),
    block(
      "http",
      httpDefaults(config),
      logFormat,
      [accessLog(config.root)],
      lookups(),
      forwarding(config),
      ["include generation.conf;", "include http.d/*.conf;"],
      statusServer(config),
      ...refusalServers(config.sites),
      ...config.sites.flatMap((site) => [siteServer(site), throughServer(site, config.status)]),
    ),
  );
}

function httpDefaults(config: GatewayConfig): Lines {
  const { run } = gatewayPaths(config.root);
  return [
    "default_type application/octet-stream;",
    "server_tokens off;",
    "absolute_redirect off;",
    "uninitialized_variable_warn off;",
    "log_not_found off;",
    // Markers and leases are links that move: nginx must ask the file system each time, and follow.
    "open_file_cache off;",
    "disable_symlinks off;",
    "sendfile on;",
    "tcp_nodelay on;",
    `gzip ${config.gzip ? "on" : "off"};`,
    ...(config.gzip
      ? [
          "gzip_vary on;",
          "gzip_proxied any;",
          "gzip_types text/plain text/css application/javascript application/json image/svg+xml;",
        ]
      : []),
    `keepalive_timeout ${config.keepaliveSeconds}s;`,
    ...(config.keepaliveMinSeconds === undefined ? [] : [`keepalive_min_timeout ${config.keepaliveMinSeconds}s;`]),
    "client_header_buffer_size 4k;",
    "large_client_header_buffers 8 32k;",
    "proxy_headers_hash_max_size 1024;",
    "variables_hash_max_size 4096;",
    "map_hash_bucket_size 256;",
    "server_names_hash_bucket_size 256;",
    ...["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `${kind}_temp_path ${run}/${kind};`),
  ];
}

/** From a client to its bucket, and from the host's clock to the tick. */
function lookups(): Lines {
  const digits = [1, 2, 3].flatMap((place) =>
    block(`split_clients "${place}$sluice_id$sluice_key" $sluice_digit_${place}`, [
      ...Array.from({ length: 9 }, (_, digit) => `10% ${digit};`),
      "* 9;",
    ]),
  );
  return [
    // Three digits drawn apart cost 30 comparisons at most; a thousand ranges would cost 500 on average.
    ...digits,
    ...map("$sluice_private:$sluice_asked:$sluice_tester", "$sluice_bucket", {
      [`~^1:(?<sluice_asked_bucket>[0-9][0-9][0-9]|${testersBucket}):`]: "$sluice_asked_bucket",
      "~:1$": testersBucket,
      default: "$sluice_digit_1$sluice_digit_2$sluice_digit_3",
    }),
    // Named by routes that need these lines: on an older base nginx refuses them, rather than count nothing any more.
    ...map('""', `$${upToDate}`, { default: "1" }),
    ...map("$msec", "$sluice_tick_1", { "~^(?<sluice_seconds>[0-9]+)[.]": "$sluice_seconds", default: "none" }),
    ...map("$msec", "$sluice_tick_10", { "~^(?<sluice_tens>[0-9]+)[0-9][.]": "$sluice_tens", default: "none" }),
  ];
}

function forwarding(config: GatewayConfig): Lines {
  const trust = config.trustedProxies;
  const believed = (header: string, variable: string, otherwise: string): Lines =>
    map(`$sluice_trusted:$http_x_forwarded_${header}`, variable, {
      [`~^1:(?<sluice_told_${header}>.+)$`]: `$sluice_told_${header}`,
      default: otherwise,
    });
  return [
    ...trust.map((range) => `set_real_ip_from ${range};`),
    ...(trust.length > 0 ? ["real_ip_header X-Forwarded-For;", "real_ip_recursive on;"] : []),
    ...block("geo $realip_remote_addr $sluice_trusted", ["default 0;", ...trust.map((range) => `${range} 1;`)]),
    ...map("$sluice_trusted:$http_x_forwarded_for", "$sluice_forwarded_for", {
      "~^1:(?<sluice_forwarded_chain>.+)$": "$sluice_forwarded_chain, $realip_remote_addr",
      default: "$realip_remote_addr",
    }),
    ...believed("proto", "$sluice_proto", "$sluice_site_proto"),
    ...map("$sluice_proto", "$sluice_secure", { https: "; Secure", default: "" }),
    ...believed("host", "$sluice_forwarded_host", "$sluice_host"),
    ...believed("port", "$sluice_forwarded_port", "$sluice_site_port"),
    // A request on the private listener names its site in Host; the service must see a name of the site's own.
    ...map("$sluice_site_host:$http_host", "$sluice_host", {
      "~^:(?<sluice_asked_host>.+)$": "$sluice_asked_host",
      "~^:$": "$host",
      default: "$sluice_site_host",
    }),
    ...map("$http_x_request_id", "$sluice_request_id", {
      "~^[A-Za-z0-9._-]{8,128}$": "$http_x_request_id",
      default: "$request_id",
    }),
    // Only WebSockets: a passed-on upgrade to h2c would carry requests past this gateway.
    ...map("$http_upgrade", "$sluice_upgrade", { "~*^websocket$": "websocket", default: "" }),
    ...map("$sluice_upgrade", "$sluice_connection", { "": "", default: "upgrade" }),
    ...map("$http_accept", "$sluice_accepts_stream", { "~*text/event-stream": "1", default: "" }),
    ...map("$sluice_upgrade", "$sluice_streams", { "": "$sluice_accepts_stream", default: "1" }),
    ...map("$http_transfer_encoding:$http_content_length", "$sluice_has_body", {
      "~^:0?$": "",
      default: "1",
    }),
    ...map("$sluice_private", "$sluice_slot_header", { "1": "$sluice_slot", default: "" }),
    ...map("$sluice_private", "$sluice_bucket_header", { "1": "$sluice_bucket", default: "" }),
    ...map("$sluice_private", "$sluice_generation_header", { "1": "$sluice_generation", default: "" }),
  ];
}

function statusServer(config: GatewayConfig): Lines {
  const at = listener(config.status);
  return block(
    "server",
    [
      `listen ${at} default_server;`,
      "server_name _;",
      "access_log off;",
      "default_type application/json;",
      "set $sluice_private 1;",
    ],
    block("location = /healthz", [`return 200 '{"status":"ok"}';`]),
    block("location = /generation", [
      `return 200 '{"generation":$sluice_generation,"worker":$pid,"connections":$connections_active}';`,
    ]),
    block("location = /nginx", ["stub_status;"]),
    ...(config.heartbeat ? [heartbeat(config)] : []),
    block("location ~ ^", [`return 404 '{"error":"no such service on this gateway"}';`]),
    ["include status.d/*.conf;"],
  );
}

function heartbeat(config: GatewayConfig): Lines {
  return block(`location = ${heartbeatPath}`, [
    accessLog(config.root),
    `set $sluice_org "${heartbeatName.org}";`,
    `set $sluice_service "${heartbeatName.service}";`,
    "return 204;",
  ]);
}
