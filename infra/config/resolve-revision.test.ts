import { describe, expect, it } from "vitest";
import { planSchema } from "../model/plan.ts";
import { revisionSchema } from "../model/revision.ts";
import { resolvePlan, resolveRevision, serviceHosts } from "./resolve-revision.ts";
import { sampleSettings } from "./testing/sample.ts";

const release = { version: "1.2.0", image: `example.com/org1/react-ui@sha256:${"a".repeat(64)}` };
const service = "org1/react-ui";

describe("resolveRevision", () => {
  it("holds the release, the container's settings and the service's own hosts", () => {
    const settings = sampleSettings({
      hosts: { "host-b": { network: "bridge", address: "127.0.9.1" } },
      services: { [service]: { hosts: ["host-b"], container: { memoryMegabytes: 64 } } },
    });
    const revision = resolveRevision(settings, service, release);
    expect(revision).toEqual({
      release,
      container: settings.services[service]?.container,
      ports: { blue: 3101, green: 3102 },
      hosts: { "host-b": { network: "bridge", address: "127.0.9.1" } },
    });
    expect(revisionSchema.parse(revision)).toEqual(revision);
    expect(revision.container.memoryMegabytes).toBe(64);
  });

  it("is on all hosts when the service names none", () => {
    expect(Object.keys(resolveRevision(sampleSettings(), service, release).hosts)).toEqual(["host-a", "host-b"]);
    expect(serviceHosts(sampleSettings(), service).map(([name]) => name)).toEqual(["host-a", "host-b"]);
  });

  it("shares nothing with the settings, which may go on to change", () => {
    const settings = sampleSettings({ services: { [service]: { container: { environment: { MODE: "old" } } } } });
    const revision = resolveRevision(settings, service, release);
    const container = settings.services[service]?.container;
    if (container) container.environment["MODE"] = "new";
    expect(revision.container.environment).toEqual({ MODE: "old" });
  });

  it.each([
    ["org1/react-iu", 'did you mean "org1/react-ui"?'],
    ["org9/api", "expected one of org1/react-ui"],
    ["constructor", "expected one of org1/react-ui"],
  ])("refuses %s, which the environment doesn't have", (name, message) => {
    expect(() => resolveRevision(sampleSettings(), name, release)).toThrow(
      expect.objectContaining({ name: "InputError", issues: [{ key: "service", message }] }),
    );
  });
});

describe("resolvePlan", () => {
  it.each(["blue-green", "recreate"] as const)("of %s is one step to all traffic for as long as the watch", (kind) => {
    const settings = sampleSettings({
      services: { [service]: { strategy: { kind, watch: { seconds: 90 }, drainSeconds: 7, leaseTicks: 4 } } },
    });
    const plan = resolvePlan(settings, service, "r-1");
    expect(plan).toEqual({
      strategy: kind,
      ...(kind === "recreate" ? {} : { keepRolledBack: true }),
      steps: [{ kind: "weight", percent: 100, holdSeconds: 90 }],
      health: settings.services[service]?.health,
      watch: settings.services[service]?.strategy.watch,
      drainSeconds: 7,
      tickSeconds: 10,
      leaseTicks: 4,
      seed: "r-1",
    });
    expect(planSchema.parse(plan)).toEqual(plan);
  });

  it("of a first release has no steps", () => {
    expect(resolvePlan(sampleSettings(), service, "r-1", true).steps).toEqual([]);
  });

  it("gives a canary its steps: judged ones, pauses behind them, and the watch of all traffic at the end", () => {
    const planOf = (canary: Record<string, unknown> = {}) => {
      const strategy = { kind: "canary", canary, watch: { seconds: 120 } };
      const settings = sampleSettings({ services: { [service]: { strategy } } });
      return resolvePlan(settings, service, "r-1");
    };
    const judged = (percent: number) => ({ kind: "analysis", percent, minSeconds: 60, holdSeconds: 1_800 });
    const all = { kind: "weight", percent: 100, holdSeconds: 120 };
    expect(planOf().steps).toEqual([judged(10), judged(25), judged(50), all]);
    expect(planOf().analysis).toMatchObject({ algorithm: "sequential" });
    expect(planOf({ steps: [{ percent: 5, minSeconds: 0, holdSeconds: 30, pause: true }] }).steps).toEqual([
      { kind: "analysis", percent: 5, minSeconds: 0, holdSeconds: 30 },
      { kind: "pause", percent: 5 },
      all,
    ]);
    expect(planOf({ steps: [{ percent: 100, holdSeconds: 30 }] }).steps).toEqual([{ ...all, holdSeconds: 30 }]);
    expect(resolvePlan(sampleSettings(), service, "r-1").analysis).toBeUndefined();
    const shadow = { percent: 20, minSeconds: 5, holdSeconds: 50 };
    const testers = { percent: 0, minSeconds: 7 };
    const first = [
      { kind: "weight", percent: 0, holdSeconds: 7 },
      { kind: "pause", percent: 0 },
    ];
    expect(planOf({ shadow, steps: [{ ...testers, pause: true }, { percent: 5 }] }).steps).toEqual([
      ...first,
      { kind: "shadow", ...shadow },
      judged(5),
      all,
    ]);
    expect(planOf({ steps: [{ ...testers, holdSeconds: 9 }] }).steps).toEqual([{ ...first[0], holdSeconds: 9 }, all]);
  });
});
