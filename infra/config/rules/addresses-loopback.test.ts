import { describe, expect, it } from "vitest";
import { findings } from "../testing/sample.ts";
import { addressesLoopback } from "./addresses-loopback.ts";

describe(addressesLoopback.name, () => {
  it("accepts its own loopback address", () => {
    expect(
      findings(addressesLoopback, {
        hosts: { "host-a": { address: "127.0.1.1", gateway: { statusAddress: "127.0.1.2" } } },
      }),
    ).toEqual([]);
  });

  it("refuses a host that everybody reaches", () => {
    expect(findings(addressesLoopback, { hosts: { "host-a": { address: "10.0.0.1" } } })).toEqual([
      "hosts.host-a.address: expected an address of 127.0.0.0/8, found 10.0.0.1",
    ]);
  });

  it("refuses a status endpoint that everybody reaches", () => {
    expect(findings(addressesLoopback, { hosts: { "host-b": { gateway: { statusAddress: "0.0.0.0" } } } })).toEqual([
      "hosts.host-b.gateway.statusAddress: expected an address of 127.0.0.0/8, found 0.0.0.0",
    ]);
  });
});
