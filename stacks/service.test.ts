import { describe, expect, it } from "vitest";
import { sampleSecret } from "../components/testing/samples.ts";
import { declaredBy, type DeclaredResource } from "../components/testing/declared.ts";
import { declared, type Declared } from "../infra/ledger/declared.ts";
import { chainOf, promotion, revisionOf } from "../infra/ledger/testing/events.ts";
import { InputError } from "../infra/model/errors.ts";
import { environmentSettings, type EnvironmentSettings } from "../infra/model/settings/environment.ts";
import type { Revision } from "../infra/model/revision.ts";
import { serviceHosts } from "./service-hosts.ts";
import { declareService, type ServiceOutputs } from "./service.ts";

const service = "org1/react-ui";
const host = (address: string) => ({ engine: { kind: "unix" }, shell: { kind: "local" }, root: "/srv", address });

function settingsWith(more: Record<string, unknown> = {}): EnvironmentSettings {
  return environmentSettings.parse({
    environment: "local",
    ledger: { kind: "sqlite", file: "/l.db" },
    hosts: { "host-a": host("127.0.0.1"), "host-b": host("127.0.2.1") },
    services: { [service]: { image: "registry.example.com/org1/react-ui", ports: { blue: 9001, green: 9002 } } },
    ...more,
  });
}

/** Blue is settled with 1.0.0, which has a place on host-a only. */
const { "host-a": place } = revisionOf("1.0.0").hosts;
const onA: Revision = { ...revisionOf("1.0.0"), hosts: place ? { "host-a": place } : {} };
const settledBlue = declared(chainOf(promotion("r1", onA, "blue", { first: true })));

async function declare(
  stack: Declared,
  filledBefore: { blue: number | null; green: number | null } = { blue: null, green: null },
) {
  const settings = settingsWith();
  let outputs: ServiceOutputs | undefined;
  const resources = await declaredBy(() => {
    const hosts = serviceHosts(settings, service, stack);
    outputs = declareService({
      settings,
      service,
      hosts,
      declared: stack,
      ledgerId: "L",
      filledBefore,
      secret: sampleSecret,
    });
  });
  return { outputs, resources };
}

const named = (resources: readonly DeclaredResource[], kind: string) =>
  resources.filter(({ type }) => type.endsWith(kind)).map(({ name }) => name);
const settleOf = (resources: readonly DeclaredResource[], name: string) =>
  String(resources.find((one) => one.type === "command:local:Command" && one.name === name)?.inputs["create"]);

describe("declareService", () => {
  it("declares routes and markers but no slots from an empty ledger", async () => {
    const { outputs, resources } = await declare(declared([]));
    expect(named(resources, ":Container")).toEqual([]);
    expect(named(resources, ":ServiceRoute")).toEqual(["host-a-route", "host-b-route"]);
    expect(settleOf(resources, "host-a-settled")).toContain(" '0' 'none'");
    expect(outputs).toEqual({
      ledger: { id: "L", head: null },
      slots: { blue: null, green: null },
      settled: null,
      addresses: {
        "host-a": { blue: "127.0.0.1:9001", green: "127.0.0.1:9002" },
        "host-b": { blue: "127.0.2.1:9001", green: "127.0.2.1:9002" },
      },
    });
  });

  it("declares a slot where its revision has a place, at the address it was filled at", async () => {
    const { outputs, resources } = await declare(settledBlue);
    expect(named(resources, ":Container")).toEqual(["host-a-blue"]);
    expect(outputs).toEqual({
      ledger: { id: "L", head: settledBlue.head },
      slots: {
        blue: {
          revision: settledBlue.slots.blue?.revisionHash,
          version: "1.0.0",
          filledBy: settledBlue.slots.blue?.sequence,
        },
        green: null,
      },
      settled: "blue",
      addresses: {
        "host-a": { blue: "127.0.0.1:20001", green: "127.0.0.1:9002" },
        "host-b": { blue: "127.0.2.1:9001", green: "127.0.2.1:9002" },
      },
    });
  });

  it("settles nothing on a host where the settled slot has no place", async () => {
    const { resources } = await declare(settledBlue);
    expect(settleOf(resources, "host-a-settled")).toContain(` '${settledBlue.settleToken}' 'blue'`);
    expect(settleOf(resources, "host-b-settled")).toContain(` '${settledBlue.settleToken}' 'none'`);
  });

  it("leaves a slot's variables alone only if the stack was updated since the same entry filled it", async () => {
    const filled = settledBlue.slots.blue?.sequence ?? 0;
    const ignored = async (before: number | null) => {
      const { resources } = await declare(settledBlue, { blue: before, green: filled });
      return resources.find(({ type }) => type.endsWith(":Container"))?.ignoreChanges;
    };
    expect(await ignored(filled)).toEqual(["envs"]);
    expect(await ignored(filled - 1)).toBeUndefined();
    expect(await ignored(null)).toBeUndefined();
  });
});

describe("serviceHosts", () => {
  const names = (settings: EnvironmentSettings) => Object.keys(serviceHosts(settings, service, settledBlue));

  it("are those of the settings and those where a slot runs", () => {
    expect(names(settingsWith())).toEqual(["host-a", "host-b"]);
    const web = { image: "registry.example.com/org1/react-ui", ports: { blue: 9001, green: 9002 }, hosts: ["host-b"] };
    expect(names(settingsWith({ services: { [service]: web } }))).toEqual(["host-a", "host-b"]);
    expect(Object.keys(serviceHosts(settingsWith({ services: { [service]: web } }), service, declared([])))).toEqual([
      "host-b",
    ]);
  });

  it("must hold every host where a slot runs", () => {
    const without = settingsWith({ hosts: { "host-b": host("127.0.2.1") } });
    expect(() => names(without)).toThrow(InputError);
    expect(() => names(without)).toThrow("hosts.host-a: expected until nothing runs there (now 1.0.0)");
  });
});
