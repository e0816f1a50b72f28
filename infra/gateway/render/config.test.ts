import { describe, expect, it } from "vitest";
import { InputError } from "../../model/errors.ts";
import { parseGatewayConfig, parseRouteConfig } from "./config.ts";

const site = { name: "main", address: "127.0.1.1", port: 8080, serverNames: ["ui.example.com"] };
const gateway = { root: "/datadisk", status: { address: "127.0.1.1", port: 9180 }, sites: [site] };
const slots = { blue: { address: "127.0.1.1", port: 20001 }, green: { address: "127.0.1.1", port: 20002 } };

function issues(parse: () => unknown): readonly string[] {
  try {
    parse();
  } catch (error) {
    if (error instanceof InputError) return error.issues.map(({ key, message }) => `${key}: ${message}`);
    throw error;
  }
  return [];
}

describe("parseGatewayConfig", () => {
  it("names every problem at once", () => {
    const bad = {
      ...gateway,
      root: "/data disk",
      status: { address: "localhost", port: 0 },
      trustedProxies: ["10.0.0.0/99"],
    };
    expect(issues(() => parseGatewayConfig(bad)).map((issue) => issue.split(":")[0])).toEqual([
      "root",
      "status.address",
      "status.port",
      "trustedProxies.0",
    ]);
  });

  it("refuses two owners of one name, two sites of one name, and TLS beside none on one port", () => {
    const tls = { certificate: "/datadisk/tls/ui.pem", key: "/datadisk/tls/ui.key" };
    const sites = [site, { ...site, tls }];
    expect(issues(() => parseGatewayConfig({ ...gateway, sites }))).toEqual([
      'sites.1.name: "main" is declared twice',
      "sites.1.tls: all sites on 127.0.1.1:8080 must have TLS, or none",
      'sites.1.serverNames: "ui.example.com" on 127.0.1.1:8080 belongs to site main',
    ]);
  });

  it.each(["a b", "a;b", 'a"b', "a{b", "$host", "~^x", ""])("refuses the server name %j", (name) => {
    expect(issues(() => parseGatewayConfig({ ...gateway, sites: [{ ...site, serverNames: [name] }] }))).toEqual([
      'sites.0.serverNames.0: expected a host name, "*.<name>", an address or "_"',
    ]);
  });

  it.each(["/data/../etc", "/data/", "data", "/da;ta", "/data\n", "/da$ta"])("refuses the root %j", (root) => {
    expect(issues(() => parseGatewayConfig({ ...gateway, root }))).toHaveLength(1);
  });
});

describe("parseRouteConfig", () => {
  it("names every problem at once", () => {
    const route = {
      service: "org1",
      site: "Main",
      path: 'a"; }',
      slots: { ...slots, green: { address: "green.example.com", port: 1 } },
      key: { kind: "header" as const, name: "X Key;" },
      streaming: ["/ok", "/no space"],
    };
    expect(issues(() => parseRouteConfig(route)).map((issue) => issue.split(":")[0])).toEqual([
      "service",
      "site",
      "path",
      "slots.green.address",
      "key.name",
      "streaming.1",
    ]);
  });
});
