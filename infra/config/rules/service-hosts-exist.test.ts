import { describe, expect, it } from "vitest";
import { findings } from "../testing/sample.ts";
import { serviceHostsExist } from "./service-hosts-exist.ts";

const service = "org1/react-ui";

describe(serviceHostsExist.name, () => {
  it("accepts hosts that exist", () => {
    expect(findings(serviceHostsExist, { services: { [service]: { hosts: ["host-b"] } } })).toEqual([]);
  });

  it("refuses a misspelt host", () => {
    expect(findings(serviceHostsExist, { services: { [service]: { hosts: ["host-a", "hots-b"] } } })).toEqual([
      'services.org1/react-ui.hosts.1: found "hots-b", which is not among `hosts`; did you mean "host-b"?',
    ]);
  });

  it("refuses a host that is none", () => {
    expect(findings(serviceHostsExist, { services: { [service]: { hosts: ["mars"] } } })).toEqual([
      'services.org1/react-ui.hosts.0: found "mars", which is not among `hosts`; expected one of host-a, host-b',
    ]);
  });

  it("refuses a host twice", () => {
    expect(findings(serviceHostsExist, { services: { [service]: { hosts: ["host-a", "host-a"] } } })).toEqual([
      'services.org1/react-ui.hosts.1: expected each host once, found "host-a" again',
    ]);
  });
});
