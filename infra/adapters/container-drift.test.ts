import { describe, expect, it } from "vitest";
import { revisionOf } from "../ledger/testing/events.ts";
import { containerDrift, type Seen } from "./container-drift.ts";

const revision = revisionOf("1.0.0");
const wanted = { revision, revisionHash: "abc" };
const { container, release } = revision;

/** The container as it was declared, and what differs. */
function seen(state: object = {}, config: object = {}, host: object = {}): Seen {
  const limits = { Memory: container.memoryMegabytes * 1024 ** 2, NanoCpus: container.cpus * 1e9 };
  return {
    State: { Running: true, Paused: false, ExitCode: 0, ...state },
    Config: { Image: release.image, Labels: { "sluice.revision": "abc" }, ...config },
    HostConfig: { ...limits, RestartPolicy: { Name: container.restart }, ...host },
  } as unknown as Seen;
}

describe("a slot's container", () => {
  it.each<[string, Seen | null, typeof wanted | null, readonly string[]]>([
    ["is as declared", seen(), wanted, []],
    ["is healthy by Docker's check", seen({ Health: { Status: "healthy" } }), wanted, []],
    ["isn't there, and shouldn't be", null, null, []],
    ["was removed", null, wanted, ["ui is gone"]],
    ["was made in an empty slot", seen(), null, ["ui is there, though its slot is empty"]],
    [
      "was stopped",
      seen({ Running: false, ExitCode: 137, FinishedAt: "12:00" }),
      wanted,
      ["ui: it doesn't run (exit code 137, since 12:00)"],
    ],
    ["was paused", seen({ Paused: true }), wanted, ["ui: it is paused"]],
    ["is unhealthy", seen({ Health: { Status: "unhealthy" } }), wanted, ["ui: Docker finds it unhealthy"]],
    [
      "is of another image",
      seen({}, { Image: "nginx" }),
      wanted,
      [`ui: it was made from nginx, not from ${release.image}`],
    ],
    ["is of other settings", seen({}, { Labels: {} }), wanted, ["ui: it holds another revision"]],
    [
      "got more memory",
      seen({}, {}, { Memory: 1 }),
      wanted,
      [`ui: bytes of memory: 1, not ${container.memoryMegabytes * 1024 ** 2}`],
    ],
    [
      "got another CPU share",
      seen({}, {}, { NanoCpus: 0 }),
      wanted,
      [`ui: billionths of a CPU: 0, not ${container.cpus * 1e9}`],
    ],
    [
      "isn't started again",
      seen({}, {}, { RestartPolicy: { Name: "no" } }),
      wanted,
      [`ui: restart policy: no, not ${container.restart}`],
    ],
  ])("that %s", (_what, given, ought, findings) => {
    expect(containerDrift("ui", given, ought)).toEqual(findings);
  });
});
