/** A program of the operating system that tests, the demo or the benchmark run. */
export interface OsPart {
  readonly what: string;
  /** Debian and Ubuntu packages that bring it. */
  readonly packages: readonly string[];
  /** Any one of these paths or command names is enough; `*` stands for a version. */
  readonly anyOf: readonly string[];
  readonly neededBy: string;
}

/** Every part by its name. nginx comes with the modules of Debian's light build: all that the gateway's config uses. */
export const OS_PARTS = {
  docker: { what: "Docker engine", packages: ["docker.io"], anyOf: ["dockerd"], neededBy: "hosts" },
  nginx: { what: "nginx", packages: ["nginx-light"], anyOf: ["nginx"], neededBy: "gateways" },
  ssh: { what: "OpenSSH server", packages: ["openssh-server"], anyOf: ["sshd"], neededBy: "hosts reached over SSH" },
  postgresql: {
    what: "PostgreSQL",
    packages: ["postgresql"],
    anyOf: ["/usr/lib/postgresql/*/bin/postgres"],
    neededBy: "a team's ledger",
  },
  "docker-registry": {
    what: "image registry",
    packages: ["docker-registry"],
    anyOf: ["docker-registry", "registry"],
    neededBy: "images by digest",
  },
  "ssh-client": {
    what: "OpenSSH client",
    packages: ["openssh-client"],
    anyOf: ["ssh"],
    neededBy: "Docker engines reached over SSH",
  },
  openssl: { what: "OpenSSL", packages: ["openssl"], anyOf: ["openssl"], neededBy: "tests of TLS" },
  busybox: { what: "BusyBox", packages: ["busybox"], anyOf: ["busybox"], neededBy: "tests of the host script" },
  iproute2: { what: "ip", packages: ["iproute2"], anyOf: ["ip"], neededBy: "bridge networks of local hosts" },
  mtail: { what: "mtail", packages: ["mtail"], anyOf: ["mtail"], neededBy: "exporters of the gateways' logs" },
  prometheus: {
    what: "Prometheus",
    packages: ["prometheus"],
    anyOf: ["prometheus"],
    neededBy: "metrics of a rollout",
  },
  haproxy: { what: "HAProxy", packages: ["haproxy"], anyOf: ["haproxy"], neededBy: "the benchmark's comparison" },
  chromium: {
    what: "Chromium",
    packages: ["chromium"],
    anyOf: ["chromium", "chromium-browser", "google-chrome"],
    neededBy: "tests in a real browser",
  },
} as const satisfies Record<string, OsPart>;

export type OsPartName = keyof typeof OS_PARTS;

/** A part, or the engine with its plugins. */
export type Need = "pulumi" | OsPartName;

/** What the demo runs on. */
export const USUAL_NEEDS: readonly Need[] = [
  "pulumi",
  "docker",
  "nginx",
  "ssh",
  "postgresql",
  "docker-registry",
  "ssh-client",
  "openssl",
  "busybox",
  "iproute2",
];

/** What the end-to-end tests run on. */
export const TEST_NEEDS: readonly Need[] = [...USUAL_NEEDS, "mtail", "prometheus", "chromium"];
