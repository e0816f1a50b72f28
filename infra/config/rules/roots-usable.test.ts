import { describe, expect, it } from "vitest";
import { findings } from "../testing/sample.ts";
import { rootsUsable } from "./roots-usable.ts";

describe(rootsUsable.name, () => {
  it("accepts a home folder on this machine", () => {
    expect(findings(rootsUsable, { hosts: { "host-a": { root: "~/data" } } })).toEqual([]);
  });

  it("accepts folders beside each other", () => {
    expect(
      findings(rootsUsable, {
        hosts: { "host-a": { root: "/data" }, "host-b": { root: "/data-b", shell: { host: "localhost" } } },
      }),
    ).toEqual([]);
  });

  it("refuses a home folder of another machine", () => {
    expect(findings(rootsUsable, { hosts: { "host-b": { root: "~/data" } } })).toEqual([
      'hosts.host-b.root: expected an absolute path on a remote host, found "~/data"',
    ]);
  });

  it("refuses a folder inside that of a host on the same machine", () => {
    expect(
      findings(rootsUsable, {
        hosts: { "host-a": { root: "/data" }, "host-b": { root: "/data/b", shell: { host: "127.0.2.1" } } },
      }),
    ).toEqual([
      'hosts.host-b.root: expected a folder of its own, found "/data/b", which overlaps that of host-a on the same machine',
    ]);
  });
});
