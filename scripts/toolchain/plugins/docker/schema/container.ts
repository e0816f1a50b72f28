import { bool, int, list, listOf, map, set, setOf, string } from "../../bridge/field.ts";
import type { Fields } from "../../bridge/field.ts";
import { absolutePath, atLeast, base64, duration, matches } from "./problems.ts";

const replaced = { forceNew: true } as const;
const computed = { forceNew: true, computed: true } as const;
const count = { problem: atLeast(0) } as const;
const refused = { refused: true } as const;
const rate = { path: string({ required: true }), rate: int({ required: true, ...count }) };

export const labelFields: Fields = {
  label: string({ required: true, ...replaced }),
  value: string({ required: true, ...replaced }),
};

const mountFields: Fields = {
  target: string({ required: true }),
  source: string(),
  type: string({ required: true, problem: matches(/^(bind|volume|tmpfs)$/) }),
  readOnly: bool(),
  bindOptions: listOf(
    { propagation: string({ problem: matches(/^(private|rprivate|shared|rshared|slave|rslave)$/) }) },
    { single: true },
  ),
  volumeOptions: listOf(
    {
      noCopy: bool(),
      labels: setOf(labelFields),
      driverName: string(),
      driverOptions: map(),
      subpath: string(replaced),
    },
    { single: true },
  ),
  tmpfsOptions: listOf({ sizeBytes: int(), mode: int() }, { single: true, ...replaced }),
};

const networkFields: Fields = {
  name: string({ required: true, ...replaced }),
  aliases: set(replaced),
  ipv4Address: string(replaced),
  ipv6Address: string(replaced),
  linkLocalIps: set(replaced),
  macAddress: string(replaced),
  driverOpts: set(replaced),
  gwPriority: int({ ...replaced, ...count }),
};

const volumeFields: Fields = {
  fromContainer: string(replaced),
  containerPath: string(replaced),
  hostPath: string({ ...replaced, problem: absolutePath }),
  volumeName: string(replaced),
  readOnly: bool(replaced),
  selinuxRelabel: string({ ...replaced, problem: matches(/^(z|Z)$/) }),
};

const uploadFields: Fields = {
  content: string(replaced),
  contentBase64: string({ ...replaced, problem: base64 }),
  file: string({ required: true, ...replaced }),
  executable: bool({ default: false, ...replaced }),
  permissions: string({ ...replaced, problem: matches(/^0[0-7]{3}$/) }),
  source: string(replaced),
  sourceHash: string(replaced),
};

const time = { default: "0s", problem: duration } as const;
const healthcheckFields: Fields = {
  tests: list({ tf: "test" }),
  interval: string(time),
  timeout: string(time),
  startPeriod: string(time),
  startInterval: string(time),
  retries: int({ default: 0, ...count }),
};

const portFields: Fields = {
  internal: int({ required: true, ...replaced }),
  external: int(computed),
  ip: string({ default: "0.0.0.0", ...replaced }),
  protocol: string({ default: "tcp", ...replaced }),
};

const networkDataFields: Fields = {
  networkName: string({ outputOnly: true }),
  ipAddress: string({ outputOnly: true }),
  ipPrefixLength: int({ outputOnly: true }),
  gateway: string({ outputOnly: true }),
  globalIpv6Address: string({ outputOnly: true }),
  globalIpv6PrefixLength: int({ outputOnly: true }),
  ipv6Gateway: string({ outputOnly: true }),
  macAddress: string({ outputOnly: true }),
};

export const containerFields: Fields = {
  name: string({ required: true, autoname: true, ...replaced }),
  image: string({ required: true, ...replaced }),
  attach: bool({ default: false }),
  bridge: string({ outputOnly: true }),
  capabilities: setOf(
    { adds: set({ tf: "add", ...replaced }), drops: set({ tf: "drop", ...replaced }) },
    { single: true, ...replaced },
  ),
  cgroupParent: string(replaced),
  cgroupnsMode: string(replaced),
  command: list(computed),
  containerLogs: string({ outputOnly: true }),
  containerReadRefreshTimeoutMilliseconds: int({ default: 15000 }),
  cpuPeriod: int(count),
  cpuQuota: int(count),
  cpuSet: string({ problem: matches(/^\d+([,-]\d+)*$/) }),
  cpuShares: int(count),
  cpus: string(replaced),
  destroyGraceSeconds: int(),
  deviceReadBps: setOf(rate, refused),
  deviceReadIops: setOf(rate, refused),
  deviceRequests: setOf({}, { ...replaced, ...refused }),
  deviceWriteBps: setOf(rate, refused),
  deviceWriteIops: setOf(rate, refused),
  devices: setOf({}, { ...replaced, ...refused }),
  dns: set(replaced),
  dnsOpts: set(replaced),
  dnsSearches: set({ tf: "dns_search", ...replaced }),
  domainname: string(replaced),
  entrypoints: list({ tf: "entrypoint", ...computed }),
  envs: set({ tf: "env", ...computed }),
  exitCode: int({ outputOnly: true }),
  gpus: string({ ...replaced, ...refused }),
  groupAdds: set({ tf: "group_add", ...replaced }),
  healthcheck: listOf(healthcheckFields, { single: true, computed: true }),
  hostname: string(computed),
  hosts: setOf(
    { host: string({ required: true, ...replaced }), ip: string({ required: true, ...replaced }) },
    { tf: "host", ...replaced },
  ),
  init: bool({ computed: true }),
  ipcMode: string(computed),
  labels: setOf(labelFields, computed),
  logDriver: string(computed),
  logOpts: map(replaced),
  logs: bool({ default: false }),
  maxRetryCount: int(),
  memory: int(count),
  memoryReservation: int({ default: 0, ...count }),
  memorySwap: int({ problem: atLeast(-1) }),
  mounts: setOf(mountFields, replaced),
  mustRun: bool({ default: true }),
  networkDatas: listOf(networkDataFields, { tf: "network_data", outputOnly: true }),
  networkMode: string({ default: "bridge", ...replaced }),
  networksAdvanced: setOf(networkFields, replaced),
  pidMode: string(replaced),
  platform: string(computed),
  ports: listOf(portFields, { anyOrder: true, ...replaced }),
  privileged: bool(replaced),
  publishAllPorts: bool(replaced),
  readOnly: bool({ default: false, ...replaced }),
  removeVolumes: bool({ default: true }),
  restart: string({ default: "no", problem: matches(/^(no|on-failure|always|unless-stopped)$/) }),
  rm: bool({ default: false }),
  runtime: string(computed),
  securityOpts: set(computed),
  shmSize: int({ ...computed, ...count }),
  start: bool({ default: true }),
  stdinOpen: bool({ default: false, ...replaced }),
  stopSignal: string(computed),
  stopTimeout: int(computed),
  storageOpts: map(replaced),
  sysctls: map(replaced),
  tmpfs: map(),
  tty: bool({ default: false, ...replaced }),
  ulimits: setOf(
    {
      name: string({ required: true, ...replaced }),
      soft: int({ required: true, ...replaced }),
      hard: int({ required: true, ...replaced }),
    },
    { tf: "ulimit", ...replaced },
  ),
  uploads: setOf(uploadFields, { tf: "upload", ...replaced }),
  user: string({ emptyKeepsOld: true, ...replaced }),
  usernsMode: string(replaced),
  volumes: setOf(volumeFields, replaced),
  wait: bool({ default: false }),
  waitTimeout: int({ default: 60 }),
  workingDir: string({ emptyKeepsOld: true, ...replaced }),
};
