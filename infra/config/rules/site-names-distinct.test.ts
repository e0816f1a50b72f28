import { describe, expect, it } from "vitest";
import { findings } from "../testing/sample.ts";
import { siteNamesDistinct } from "./site-names-distinct.ts";

describe(siteNamesDistinct.name, () => {
  it("accepts names of their own", () => {
    expect(
      findings(siteNamesDistinct, {
        sites: { a: { serverNames: ["a.example.com"] }, b: { serverNames: ["b.example.com"] } },
      }),
    ).toEqual([]);
  });

  it("accepts one name on two ports", () => {
    expect(findings(siteNamesDistinct, { sites: { a: {}, b: { port: 81 } } })).toEqual([]);
  });

  it("accepts one name on two addresses", () => {
    expect(findings(siteNamesDistinct, { sites: { a: { address: "10.0.0.1" }, b: { address: "10.0.0.2" } } })).toEqual(
      [],
    );
  });

  it("refuses one name twice", () => {
    expect(
      findings(siteNamesDistinct, {
        sites: { a: { serverNames: ["a.example.com"] }, b: { serverNames: ["b.example.com", "A.example.com"] } },
      }),
    ).toEqual([
      'sites.b.serverNames.1: expected a name that no other site has on port 80, found "A.example.com", which site "a" has',
    ]);
  });

  it("refuses one address given in two ways", () => {
    expect(findings(siteNamesDistinct, { sites: { a: { address: "host" }, b: { address: "127.0.0.1" } } })).toEqual([
      'sites.b.serverNames.0: expected a name that no other site has on port 80, found "_", which site "a" has',
    ]);
  });

  it("refuses a name twice in one site", () => {
    expect(findings(siteNamesDistinct, { sites: { a: { serverNames: ["a.example.com", "a.example.com"] } } })).toEqual([
      'sites.a.serverNames.1: expected a name that no other site has on port 80, found "a.example.com", which site "a" has',
    ]);
  });

  it("refuses TLS on one of two sites of a port", () => {
    expect(
      findings(siteNamesDistinct, {
        sites: {
          a: { serverNames: ["a.example.com"] },
          b: { serverNames: ["b.example.com"], tls: { certificate: "/x", key: "/y" } },
        },
      }),
    ).toEqual(['sites.b.tls: expected TLS on all sites of port 80 or on none; site "a" differs']);
  });
});
