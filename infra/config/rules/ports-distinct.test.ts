import { describe, expect, it } from "vitest";
import { findings } from "../testing/sample.ts";
import { portsDistinct } from "./ports-distinct.ts";

const service = "org1/react-ui";

describe(portsDistinct.name, () => {
  it("accepts the same ports on different machines", () => {
    expect(findings(portsDistinct, {})).toEqual([]);
  });

  it("accepts hosts of one machine on addresses of their own", () => {
    expect(
      findings(portsDistinct, {
        hosts: { "host-c": { engine: { kind: "unix" }, shell: { kind: "local" }, address: "127.0.3.1" } },
        sites: { default: { address: "host" } },
      }),
    ).toEqual([]);
  });

  it("accepts services on different hosts of different machines", () => {
    expect(
      findings(portsDistinct, {
        services: {
          [service]: { hosts: ["host-a"] },
          "org2/api": { image: "api", ports: { blue: 3101, green: 3102 }, hosts: ["host-b"] },
        },
      }),
    ).toEqual([]);
  });

  it("accepts sites that share a port", () => {
    expect(
      findings(portsDistinct, {
        sites: { one: { serverNames: ["one.example.com"] }, two: { serverNames: ["two.example.com"] } },
      }),
    ).toEqual([]);
  });

  it("refuses one port for both slots", () => {
    expect(findings(portsDistinct, { services: { [service]: { ports: { green: 3101 } } } })).toEqual([
      "services.org1/react-ui.ports.green: expected a port that is free on 127.0.0.1, found 3101: services.org1/react-ui.ports.blue has it",
    ]);
  });

  it("refuses a port of another service", () => {
    expect(
      findings(portsDistinct, { services: { "org2/api": { image: "api", ports: { blue: 3102, green: 3202 } } } }),
    ).toEqual([
      "services.org2/api.ports.blue: expected a port that is free on 127.0.0.1, found 3102: services.org1/react-ui.ports.green has it",
    ]);
  });

  it("refuses the port of the status endpoint", () => {
    expect(findings(portsDistinct, { services: { [service]: { ports: { blue: 9180 } } } })).toEqual([
      "hosts.host-a.gateway.statusPort: expected a port that is free on 127.0.0.1, found 9180: services.org1/react-ui.ports.blue has it",
      "hosts.host-b.gateway.statusPort: expected a port that is free on 127.0.0.1, found 9180: services.org1/react-ui.ports.blue has it",
    ]);
  });

  it("refuses a site on all addresses that takes the port of a slot", () => {
    expect(findings(portsDistinct, { sites: { default: { port: 3101 } } })).toEqual([
      "sites.default.port: expected a port that is free on all addresses, found 3101: services.org1/react-ui.ports.blue has it",
    ]);
  });

  it("refuses two hosts of one machine on one address", () => {
    expect(
      findings(portsDistinct, {
        hosts: { "host-b": { shell: { host: "127.0.0.1" }, gateway: { statusPort: 9181 } } },
        sites: { default: { address: "host" } },
        services: { [service]: { hosts: ["host-a"] } },
      }),
    ).toEqual([
      "sites.default.port: expected a port that is free on 127.0.0.1, found 80: several hosts of one machine want it: give each an address of its own",
    ]);
  });
});
