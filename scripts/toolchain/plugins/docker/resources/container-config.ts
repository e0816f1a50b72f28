import type { ContainerCreateOptions, HostConfig } from "dockerode";
import type { JsonObject } from "../../shared/rpc.ts";
import { parseDuration } from "../duration.ts";
import { blocks, flag, given, labelMap, text, textMap, texts, whole } from "../../bridge/get.ts";
import { mounts } from "./container-mounts.ts";

export const MIB = 1024 * 1024;

/** What Docker is asked to create for a planned container. */
export function containerConfig(planned: JsonObject): ContainerCreateOptions {
  const volumes = volumeConfig(planned);
  const config = {
    Image: text(planned, "image"),
    Hostname: text(planned, "hostname"),
    Domainname: text(planned, "domainname"),
    Tty: flag(planned, "tty"),
    OpenStdin: flag(planned, "stdinOpen"),
    StopSignal: text(planned, "stopSignal"),
    StopTimeout: whole(planned, "stopTimeout"),
    Env: texts(planned, "envs"),
    Cmd: texts(planned, "command"),
    Entrypoint: texts(planned, "entrypoints"),
    User: text(planned, "user"),
    WorkingDir: text(planned, "workingDir"),
    Labels: labelMap(planned),
    ExposedPorts: Object.fromEntries(blocks(planned, "ports").map((port) => [portKey(port), {}])),
    Volumes: volumes.paths,
    Healthcheck: healthcheck(planned),
  };
  return { ...given(config), HostConfig: { ...hostConfig(planned), ...given(volumes.host) } };
}

function portKey(port: JsonObject): string {
  return `${whole(port, "internal")}/${text(port, "protocol")}`;
}

function portBindings(planned: JsonObject): Record<string, { HostPort: string; HostIp: string }[]> {
  const bindings: Record<string, { HostPort: string; HostIp: string }[]> = {};
  for (const port of blocks(planned, "ports")) {
    (bindings[portKey(port)] ??= []).push({ HostPort: String(whole(port, "external")), HostIp: text(port, "ip") });
  }
  return bindings;
}

function healthcheck(planned: JsonObject) {
  const [check] = blocks(planned, "healthcheck");
  if (!check) return undefined;
  const time = (key: string) => parseDuration(text(check, key)) ?? 0;
  return {
    Test: texts(check, "tests"),
    Interval: time("interval"),
    Timeout: time("timeout"),
    StartPeriod: time("startPeriod"),
    ...given({ StartInterval: time("startInterval") }),
    Retries: whole(check, "retries"),
  };
}

function hostConfig(planned: JsonObject): HostConfig {
  const [capabilities = {}] = blocks(planned, "capabilities");
  const always = {
    RestartPolicy: { Name: text(planned, "restart"), MaximumRetryCount: whole(planned, "maxRetryCount") },
    Init: flag(planned, "init"),
    LogConfig: { Type: text(planned, "logDriver"), Config: textMap(planned, "logOpts") },
  };
  const optional = {
    Privileged: flag(planned, "privileged"),
    PublishAllPorts: flag(planned, "publishAllPorts"),
    Runtime: text(planned, "runtime"),
    Mounts: mounts(planned),
    AutoRemove: flag(planned, "rm"),
    ReadonlyRootfs: flag(planned, "readOnly"),
    Tmpfs: textMap(planned, "tmpfs"),
    PortBindings: portBindings(planned),
    ExtraHosts: blocks(planned, "hosts").map((entry) => `${text(entry, "host")}:${text(entry, "ip")}`),
    Ulimits: blocks(planned, "ulimits").map((limit) => ({
      Name: text(limit, "name"),
      Soft: whole(limit, "soft"),
      Hard: whole(limit, "hard"),
    })),
    CapAdd: texts(capabilities, "adds"),
    CapDrop: texts(capabilities, "drops"),
    Dns: texts(planned, "dns"),
    DnsOptions: texts(planned, "dnsOpts"),
    DnsSearch: texts(planned, "dnsSearches"),
    ShmSize: whole(planned, "shmSize") * MIB,
    NetworkMode: text(planned, "networkMode"),
    UsernsMode: text(planned, "usernsMode"),
    PidMode: text(planned, "pidMode"),
    IpcMode: text(planned, "ipcMode"),
    CgroupnsMode: text(planned, "cgroupnsMode"),
    CgroupParent: text(planned, "cgroupParent"),
    Sysctls: textMap(planned, "sysctls"),
    GroupAdd: texts(planned, "groupAdds"),
    StorageOpt: textMap(planned, "storageOpts"),
    ...limits(planned),
  };
  return { ...always, ...given(optional), ...security(planned) };
}

/** Memory and CPU, as create takes them. */
function limits(planned: JsonObject) {
  const nanoCpus = cpuLimit(text(planned, "cpus"));
  return {
    ...memoryLimits(planned),
    NanoCpus: nanoCpus,
    ...(nanoCpus === 0 && { CpuPeriod: whole(planned, "cpuPeriod"), CpuQuota: whole(planned, "cpuQuota") }),
    CpuShares: whole(planned, "cpuShares"),
    CpusetCpus: text(planned, "cpuSet"),
  };
}

export function memoryLimits(planned: JsonObject) {
  const swap = whole(planned, "memorySwap");
  return {
    Memory: whole(planned, "memory") * MIB,
    MemoryReservation: whole(planned, "memoryReservation") * MIB,
    // -1 is no limit, not a number of bytes.
    MemorySwap: swap > 0 ? swap * MIB : swap,
  };
}

function cpuLimit(cpus: string): number {
  if (cpus === "") return 0;
  const count = Number(cpus);
  if (Number.isNaN(count)) throw new Error(`Error setting cpus: failed to parse ${cpus} as a rational number`);
  return Math.round(count * 1e9);
}

/** `systempaths=unconfined` is the client's word for no masked paths: the daemon doesn't know it. */
function security(planned: JsonObject) {
  const all = texts(planned, "securityOpts");
  const options = all.filter((option) => option !== "systempaths=unconfined");
  return {
    ...given({ SecurityOpt: options }),
    ...(options.length < all.length && { MaskedPaths: [], ReadonlyPaths: [] }),
  };
}

function volumeConfig(planned: JsonObject) {
  const volumes = blocks(planned, "volumes").map(volume);
  return {
    paths: Object.fromEntries(volumes.flatMap(({ path }) => (path === "" ? [] : [[path, {}]]))),
    host: { Binds: volumes.flatMap(({ bind }) => bind ?? []), VolumesFrom: volumes.flatMap(({ from }) => from || []) },
  };
}

function volume(entry: JsonObject): { path: string; from: string; bind?: string } {
  const [path, from] = [text(entry, "containerPath"), text(entry, "fromContainer")];
  if (path === "" && from === "")
    throw new Error("Unable to parse volumes: volume entry without container path or source container");
  if (path !== "" && from !== "")
    throw new Error("Unable to parse volumes: both a container and a path specified in a volume entry");
  const source = text(entry, "hostPath") || text(entry, "volumeName");
  if (source === "") return { path, from };
  const mode = [flag(entry, "readOnly") ? "ro" : "rw", text(entry, "selinuxRelabel")].filter((part) => part !== "");
  return { path, from, bind: `${source}:${path}:${mode.join(",")}` };
}
