import { describe, expect, it } from "vitest";
import { judge } from "../testing/judge.ts";
import { EXPORTER, GATEWAY, SLOT } from "../types.ts";
import { containerPorts as rule } from "./container-ports.ts";

const port = (more: object) => ({ ports: [{ internal: 80, external: 8080, ip: "127.0.0.1", ...more }] });
const address = "a loopback address, e.g. 127.0.0.1";
const network = "a network of Docker's, by its name";

describe(rule.name, () => {
  it.each([{}, port({}), port({ ip: "127.0.2.1" }), port({ ip: "::1" })])("accepts %j", async (properties) => {
    expect(await judge(rule, properties)).toBe("passes");
  });

  it.each<[object, string[]]>([
    [{ ports: [{ internal: 80, external: 8080 }] }, [`ports.0.ip: 0.0.0.0 for port 80 | ${address}`]],
    [port({ ip: "" }), [`ports.0.ip: every address for port 80 | ${address}`]],
    [port({ ip: "10.0.0.7" }), [`ports.0.ip: 10.0.0.7 for port 80 | ${address}`]],
    [port({ ip: "127.evil.example" }), [`ports.0.ip: 127.evil.example for port 80 | ${address}`]],
    [port({ external: 0 }), ["ports.0.external: any | a fixed port, 1-65535"]],
    [{ publishAllPorts: true }, ["publishAllPorts: true | false"]],
    [{ networkMode: "host" }, [`networkMode: host | ${network}`]],
    [{ networkMode: "container:gateway" }, [`networkMode: container:gateway | ${network}`]],
  ])("refuses %j", async (properties, violations) => {
    expect(await judge(rule, properties)).toEqual(violations);
  });

  it("lets slots and exporters, which are told where to listen, into the host's network, and nothing into another's", async () => {
    for (const within of [SLOT, EXPORTER]) {
      expect(await judge(rule, { networkMode: "host" }, { within })).toBe("passes");
      expect(await judge(rule, { networkMode: "container:x" }, { within })).toHaveLength(1);
      expect(await judge(rule, { networkMode: "host" }, { within, config: { hostNetworkIn: [] } })).toHaveLength(1);
    }
    expect(await judge(rule, { networkMode: "sluice.dev.host-a" })).toBe("passes");
  });

  it("leaves out the gateway, where users come in", async () => {
    expect(await judge(rule, port({ ip: "0.0.0.0" }), { within: GATEWAY })).toMatch(/^not asked/);
  });
});
