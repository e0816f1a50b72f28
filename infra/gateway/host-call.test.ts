import { describe, expect, it } from "vitest";
import { hostCalls } from "./host-call.ts";

const script = "/datadisk/sluice/bin/sluice-host";
const calls = hostCalls("/datadisk");
const claim = { token: 17, rollout: "r-1", slot: "green" } as const;

describe("hostCalls", () => {
  it.each([
    [
      calls.serviceInit("org1/react-ui", { tickSeconds: 10, leaseTicks: 3 }),
      ["service-init", "org1.react-ui", "10", "3"],
    ],
    [calls.settle("org1/react-ui", 17, "green"), ["settle", "org1.react-ui", "17", "green"]],
    [calls.settle("org1/react-ui", 17, null), ["settle", "org1.react-ui", "17", "none"]],
    [calls.lease("org1/react-ui", claim, 2.5), ["lease", "org1.react-ui", "17", "r-1", "green", "2.5"]],
    [calls.lease("org1/react-ui", claim, 0), ["lease", "org1.react-ui", "17", "r-1", "green", "0"]],
    [
      calls.lease("org1/react-ui", claim, { copies: 12.5 }),
      ["lease", "org1.react-ui", "17", "r-1", "green", "copies-12.5"],
    ],
    [calls.clear("org1/react-ui", 17, "r-1"), ["clear", "org1.react-ui", "17", "r-1"]],
    [calls.clear("org1/react-ui", 17), ["clear", "org1.react-ui", "17"]],
    [calls.state("org1/react-ui"), ["state", "org1.react-ui"]],
    [calls.retireService("org1/react-ui"), ["retire-service", "org1.react-ui"]],
    [calls.remove({ service: "org1/react-ui" }), ["remove", "org1.react-ui"]],
    [calls.remove("base"), ["remove", "base"]],
    [calls.observe("org1/react-ui", null), ["observe", "org1.react-ui", "end"]],
    [calls.observe("org1/react-ui", "5.10.0"), ["observe", "org1.react-ui", "5.10.0"]],
    [calls.connections("127.0.1.1", 20001), ["connections", "127.0.1.1:20001"]],
    [calls.rotateLogs(1e8, 5), ["rotate-logs", "100000000", "5"]],
  ])("builds the whole command: %j", (call, words) => {
    expect(call).toEqual({ argv: [script, ...words] });
  });

  it("sends the rollout's order of buckets on stdin", () => {
    expect(calls.prepare("org1/react-ui", claim, [10, 100], [7, 0, 999])).toEqual({
      argv: [script, "prepare", "org1.react-ui", "17", "r-1", "green", "10", "100"],
      stdin: "007 000 999\n",
    });
  });

  it("sends an owner's files on stdin", () => {
    expect(calls.apply("base", [{ path: "nginx.conf", text: "events {}\n" }])).toEqual({
      argv: [script, "apply", "base"],
      stdin: "sluice-bundle 1\nfile nginx.conf 1\nevents {}\nend\n",
    });
  });
});
