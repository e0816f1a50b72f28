import { createHash } from "node:crypto";
import { gatewayPaths } from "../paths.ts";
import { bucketBounds, counterNames } from "./names.ts";

/** Name of the program's file; mtail tells by it what it has loaded. */
export const programName = "sluice.mtail";

/**
 * mtail's program: counts each line of the access log by what only the gateway can have written there.
 *
 * A line is matched from its beginning to `request_time`, before any text of a client. Only users' requests and heartbeats
 * match, testers' and copies don't. Streams are counted, but have no time worth counting. mtail has no bucket for a time of 0, which nginx writes for less than half a millisecond.
 */
export function exporterProgram({
  environment,
  host,
}: {
  readonly environment: string;
  readonly host: string;
}): string {
  const { requests, seconds } = counterNames;
  const place = `["${environment}"]["${host}"]`;
  const bounds = bucketBounds.map((bound) => (bound / 1000).toFixed(3)).join(", ");
  return `counter ${requests} by environment, host, org, service, slot, class
histogram ${seconds} by environment, host, org, service, slot buckets ${bounds}

/^{"time":[0-9.]+,"org":"(?P<org>[^"]*)","service":"(?P<service>[^"]*)","slot":"(?P<slot>(blue|green|none)?)","bucket":"[0-9]*",/ +
/"stream":"(?P<stream>[^"]*)","status":"(?P<class>[0-9])[0-9]*","request_time":(?P<seconds>[0-9.]+),/ {
  ${requests}${place}[$org][$service][$slot][$class + "xx"]++
  $stream == "" {
    $seconds == 0.0 {
      ${seconds}${place}[$org][$service][$slot] = 0.0005
    } else {
      ${seconds}${place}[$org][$service][$slot] = $seconds
    }
  }
}
`;
}

/** Changes when the program does: mtail reads it once, when it starts. */
export function programKey(program: string): string {
  return createHash("sha256").update(program).digest("hex").slice(0, 16);
}

/**
 * mtail in the foreground, following the access log through its rotations.
 *
 * It looks at the log twice a second. Only if it does so just between a rotation's renaming and nginx's opening of the new
 * file does it miss what nginx then still had in its buffer.
 */
export function exporterCommand(
  root: string,
  listen: { readonly address: string; readonly port: number },
  binary = "mtail",
): readonly string[] {
  const { exporter, accessLog } = gatewayPaths(root);
  return [
    binary,
    `--progs=${exporter}`,
    `--logs=${accessLog}`,
    `--address=${listen.address}`,
    `--port=${listen.port}`,
    "--poll_interval=500ms",
    "--poll_log_interval=500ms",
    "--emit_prog_label=false",
    "--logtostderr",
  ];
}

/** Folders that the exporter mounts, read-only, each at the same path inside as outside. */
export function exporterMounts(root: string): readonly string[] {
  const { exporter, logs } = gatewayPaths(root);
  return [exporter, logs];
}
