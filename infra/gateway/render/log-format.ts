import { gatewayPaths } from "../paths.ts";
import type { Lines } from "./block.ts";

/**
 * The access log's fields. The first ones are ours and hold no text of a client, so the host script may find them by
 * their place; a client's text comes after them.
 */
const fields: readonly (readonly [string, string])[] = [
  ["time", "$msec"],
  ["org", '"$sluice_org"'],
  ["service", '"$sluice_service"'],
  ["slot", '"$sluice_slot"'],
  ["bucket", '"$sluice_logged_bucket"'],
  ["stream", '"$sluice_stream"'],
  ["status", '"$status"'],
  ["request_time", "$request_time"],
  ["upstream_time", '"$upstream_response_time"'],
  ["upstream_status", '"$upstream_status"'],
  ["bytes", "$bytes_sent"],
  // The slot that was asked for an asset after the chosen one's 404; `slot` stays the chosen one.
  ["other", '"$sluice_other"'],
  // The slot that got a copy of the request.
  ["copied", '"$sluice_copied"'],
  ["header_time", '"$upstream_header_time"'],
  ["method", '"$request_method"'],
  ["uri", '"$request_uri"'],
  ["host", '"$http_host"'],
  ["client", '"$remote_addr"'],
  ["user_agent", '"$http_user_agent"'],
  ["request_id", '"$sluice_request_id"'],
  ["traceparent", '"$http_traceparent"'],
];

export const logFormat: Lines = [
  `log_format sluice escape=json '{${fields.map(([name, value]) => `"${name}":${value}`).join(",")}}';`,
];

export function accessLog(root: string): string {
  return `access_log ${gatewayPaths(root).accessLog} sluice buffer=32k flush=1s;`;
}
