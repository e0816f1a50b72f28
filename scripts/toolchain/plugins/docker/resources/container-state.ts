import type { ContainerInspectInfo } from "dockerode";
import type { Json, JsonObject } from "../../shared/rpc.ts";
import { formatDuration } from "../duration.ts";
import { MIB } from "./container-config.ts";
import { mountBlocks } from "./container-mounts.ts";
import type { InspectedMount } from "./container-mounts.ts";
import { blocks, flag, text, textMap } from "../../bridge/get.ts";

/**
 * What a container shows of its properties. Which ones are read, and which only when the program set them, is as in the
 * official provider: environment and labels never, since they mix with the image's own.
 */
export function containerState(found: ContainerInspectInfo, known: JsonObject): JsonObject {
  const config = found.Config;
  const host: Host = found.HostConfig;
  return {
    ...runState(found, known),
    ...networkState(found, known),
    name: found.Name.replace(/^\/+/, ""),
    image: text(known, "image").startsWith("sha256:") ? found.Image : config.Image,
    hostname: config.Hostname,
    domainname: config.Domainname,
    command: strings(config.Cmd),
    entrypoints: strings(config.Entrypoint),
    user: config.User,
    workingDir: config.WorkingDir,
    tty: config.Tty,
    stdinOpen: config.OpenStdin,
    ...optionalConfig(config),
    rm: host.AutoRemove ?? false,
    readOnly: host.ReadonlyRootfs ?? false,
    dns: host.Dns ?? [],
    dnsOpts: host.DnsOptions ?? [],
    dnsSearches: host.DnsSearch ?? [],
    securityOpts: strings(host.SecurityOpt),
    publishAllPorts: host.PublishAllPorts ?? false,
    restart: host.RestartPolicy?.Name ?? "",
    maxRetryCount: host.RestartPolicy?.MaximumRetryCount ?? 0,
    init: host.Init ?? false,
    ...capabilities(host),
    runtime: host.Runtime ?? "",
    platform: found.Platform,
    mounts: mountBlocks(host.Mounts as readonly InspectedMount[] | null | undefined),
    tmpfs: host.Tmpfs ?? {},
    hosts: extraHosts(host.ExtraHosts),
    ...(blocks(known, "ulimits").length > 0 && { ulimits: ulimits(host.Ulimits) }),
    privileged: host.Privileged ?? false,
    ...resourceState(host),
    logDriver: host.LogConfig?.Type ?? "",
    logOpts: Object.keys(textMap(known, "logOpts")).length > 0 ? (host.LogConfig?.Config ?? {}) : {},
    storageOpts: host.StorageOpt ?? {},
    networkMode: host.NetworkMode ?? "",
    ...(text(known, "pidMode") !== "" && { pidMode: host.PidMode ?? "" }),
    usernsMode: host.UsernsMode ?? "",
    sysctls: host.Sysctls ?? {},
    ipcMode: host.IpcMode ?? "",
    groupAdds: (host.GroupAdd ?? []).map(String),
  };
}

/** A list that Docker gives as null when it is empty. */
function strings(value: unknown): string[] {
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  return items.filter((item) => typeof item === "string");
}

/** A container that stopped although it must run shows as `mustRun: false`, so that the next update starts it. */
function runState(found: ContainerInspectInfo, known: JsonObject): JsonObject {
  if (found.State.Running) return {};
  return { exitCode: found.State.ExitCode, ...(flag(known, "mustRun") && { mustRun: false }) };
}

type Config = ContainerInspectInfo["Config"];
/** Docker gives null for lists that are empty; the client's types leave some of these fields open. */
type Host = Omit<
  ContainerInspectInfo["HostConfig"],
  "CapAdd" | "CapDrop" | "ExtraHosts" | "LogConfig" | "Tmpfs" | "StorageOpt" | "Sysctls"
> & {
  readonly CapAdd?: string[] | null | undefined;
  readonly CapDrop?: string[] | null | undefined;
  readonly ExtraHosts?: string[] | null | undefined;
  readonly LogConfig?: { Type: string; Config: Record<string, string> | null } | undefined;
  readonly Tmpfs?: Record<string, string> | null | undefined;
  readonly StorageOpt?: Record<string, string> | null | undefined;
  readonly Sysctls?: Record<string, string> | null | undefined;
};

interface Healthcheck {
  readonly Test?: string[];
  readonly Interval?: number;
  readonly Timeout?: number;
  readonly StartPeriod?: number;
  readonly StartInterval?: number;
  readonly Retries?: number;
}

function optionalConfig(config: Config): JsonObject {
  const {
    Healthcheck: check,
    StopSignal,
    StopTimeout,
  } = config as Config & {
    Healthcheck?: Healthcheck;
    StopSignal?: string;
    StopTimeout?: number;
  };
  return {
    stopSignal: StopSignal ?? "",
    stopTimeout: StopTimeout ?? 0,
    ...(check && { healthcheck: healthcheckBlock(check) }),
  };
}

function healthcheckBlock(check: Healthcheck): JsonObject {
  return {
    tests: check.Test ?? [],
    interval: formatDuration(check.Interval ?? 0),
    timeout: formatDuration(check.Timeout ?? 0),
    startPeriod: formatDuration(check.StartPeriod ?? 0),
    startInterval: formatDuration(check.StartInterval ?? 0),
    retries: check.Retries ?? 0,
  };
}

function capabilities(host: Host): JsonObject {
  const [adds, drops] = [host.CapAdd ?? [], host.CapDrop ?? []];
  return adds.length + drops.length > 0 ? { capabilities: { adds, drops } } : {};
}

function extraHosts(entries: readonly string[] | null | undefined): Json {
  return (entries ?? []).map((entry) => {
    const [host = "", ip = ""] = entry.split(":");
    return { host, ip };
  });
}

function ulimits(limits: Host["Ulimits"]): Json {
  return (limits ?? []).map(({ Name, Soft, Hard }) => ({ name: Name ?? "", soft: Soft ?? 0, hard: Hard ?? 0 }));
}

function resourceState(host: Host): JsonObject {
  const inMib = (bytes = 0) => (bytes > 0 ? Math.floor(bytes / MIB) : bytes);
  return {
    memory: inMib(host.Memory),
    memoryReservation: inMib(host.MemoryReservation),
    memorySwap: inMib(host.MemorySwap),
    shmSize: inMib(host.ShmSize),
    ...(host.NanoCpus ? { cpus: formatCpus(host.NanoCpus) } : {}),
    cpuShares: host.CpuShares ?? 0,
    cpuSet: host.CpusetCpus ?? "",
  };
}

/** `0.5`, `1.0`, `0.25`: whole numbers keep one digit after the point. */
export function formatCpus(nanoCpus: number): string {
  const digits = (nanoCpus / 1e9).toFixed(9);
  return [...digits].filter((digit) => digit === "0").length === 9
    ? (nanoCpus / 1e9).toFixed(1)
    : digits.replace(/0+$/, "");
}

interface Networks {
  readonly Bridge?: string;
  readonly Ports?: Record<string, { HostIp: string; HostPort: string }[] | null> | null;
  readonly Networks?: Record<string, Endpoint> | null;
}

interface Endpoint {
  readonly IPAddress: string;
  readonly IPPrefixLen: number;
  readonly Gateway: string;
  readonly GlobalIPv6Address: string;
  readonly GlobalIPv6PrefixLen: number;
  readonly IPv6Gateway: string;
  readonly MacAddress: string;
}

function networkState(found: ContainerInspectInfo, known: JsonObject): JsonObject {
  const settings = found.NetworkSettings as Networks;
  const showsPorts = found.State.Running || flag(known, "mustRun");
  return {
    bridge: settings.Bridge ?? "",
    networkDatas: Object.entries(settings.Networks ?? {})
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, endpoint]) => networkData(name, endpoint)),
    ...(showsPorts && blocks(known, "ports").length > 0 && { ports: ports(settings.Ports ?? {}) }),
  };
}

function networkData(networkName: string, endpoint: Endpoint): JsonObject {
  return {
    networkName,
    ipAddress: endpoint.IPAddress,
    ipPrefixLength: endpoint.IPPrefixLen,
    gateway: endpoint.Gateway,
    globalIpv6Address: endpoint.GlobalIPv6Address,
    globalIpv6PrefixLength: endpoint.GlobalIPv6PrefixLen,
    ipv6Gateway: endpoint.IPv6Gateway,
    macAddress: endpoint.MacAddress,
  };
}

function ports(bound: NonNullable<Networks["Ports"]>): Json {
  return Object.entries(bound)
    .map(([key, bindings]) => ({ internal: Number(key.split("/")[0]), protocol: key.split("/")[1] ?? "", bindings }))
    .sort((a, b) => a.internal - b.internal)
    .flatMap(({ internal, protocol, bindings }) =>
      (bindings ?? []).map(({ HostIp, HostPort }) => ({ internal, external: Number(HostPort), ip: HostIp, protocol })),
    );
}
