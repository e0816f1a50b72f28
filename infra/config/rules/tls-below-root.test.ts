import { describe, expect, it } from "vitest";
import { findings } from "../testing/sample.ts";
import { tlsBelowRoot } from "./tls-below-root.ts";

describe(tlsBelowRoot.name, () => {
  it("accepts files below the root", () => {
    expect(
      findings(tlsBelowRoot, {
        sites: { default: { tls: { certificate: "/datadisk/a.pem", key: "/datadisk/a.key" } } },
      }),
    ).toEqual([]);
  });

  it("accepts any file where nginx is a package", () => {
    expect(
      findings(tlsBelowRoot, {
        hosts: { "host-a": { gateway: { kind: "package" } }, "host-b": { gateway: { kind: "package" } } },
        sites: { default: { tls: { certificate: "/etc/a.pem", key: "/etc/a.key" } } },
      }),
    ).toEqual([]);
  });

  it("refuses a file beside the root of one host", () => {
    expect(
      findings(tlsBelowRoot, {
        hosts: { "host-b": { root: "/data" } },
        sites: { default: { tls: { certificate: "/datadisk/a.pem", key: "/datadisk/a.key" } } },
      }),
    ).toEqual([
      'sites.default.tls.certificate: expected a file below the root of every host, found "/datadisk/a.pem", which is not below /data of host-b',
      'sites.default.tls.key: expected a file below the root of every host, found "/datadisk/a.key", which is not below /data of host-b',
    ]);
  });
});
