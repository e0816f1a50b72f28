import { environmentSettings, type EnvironmentSettings } from "../../model/settings/environment.ts";
import { draftOf, type Rule } from "../rule.ts";
import type { Finding } from "../finding.ts";

type Tree = { [key: string]: unknown };

/** Settings that break no rule: one host on the spot and one behind SSH, one site, one service. */
const sample: Tree = {
  environment: "dev",
  ledger: { kind: "sqlite", file: "~/ledger.db" },
  hosts: {
    "host-a": { engine: { kind: "unix" }, shell: { kind: "local" } },
    "host-b": {
      engine: { kind: "ssh" },
      shell: {
        kind: "ssh",
        host: "host-b.example.com",
        privateKey: { secret: { file: "~/.ssh/key" } },
        hostKey: "ssh-ed25519 AAAA",
      },
    },
  },
  services: {
    "org1/react-ui": {
      image: "example.com/org1/react-ui",
      ports: { blue: 3101, green: 3102 },
      container: { port: 8080 },
    },
  },
};

/** The sample with changes laid over it: mappings are merged, all else replaces, `undefined` takes a key away. */
export function sampleSettings(changes: Tree = {}): EnvironmentSettings {
  return environmentSettings.parse(merge(sample, changes));
}

/** What one rule says about the sample with changes, as `key: message` by dots. */
export function findings(rule: Rule, changes: Tree = {}, fileName = "dev"): string[] {
  return rule.check(draftOf(fileName, sampleSettings(changes))).map(line);
}

function line({ path, message }: Finding): string {
  return `${path.join(".")}: ${message}`;
}

function merge(base: unknown, changes: unknown): unknown {
  if (!isTree(base) || !isTree(changes)) return changes;
  const keys = [...new Set([...Object.keys(base), ...Object.keys(changes)])];
  return Object.fromEntries(
    keys
      .map((key) => [key, Object.hasOwn(changes, key) ? merge(base[key], changes[key]) : base[key]] as const)
      .filter(([, value]) => value !== undefined),
  );
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
