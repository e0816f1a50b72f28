import { describe, expect, it } from "vitest";
import { readBreaking } from "../gates/breaking/report.ts";
import { readScan } from "../gates/scan/read.ts";
import { commits, sampleReport } from "../gates/testing/breaking.ts";
import { signatureOf, testKey } from "../gates/testing/keys.ts";
import { grypeJson } from "../gates/testing/scans.ts";
import { digestFor, revisionOf } from "../ledger/testing/events.ts";
import type { BreakingReport } from "../model/breaking.ts";
import { actorOf } from "../model/actor.ts";
import { RefusedError } from "../model/errors.ts";
import type { GateSettings } from "../model/settings/gates.ts";
import { scanSettings } from "../model/settings/scan.ts";
import type { Service } from "./context.ts";
import type { Reports, Wanted } from "./decide.ts";
import { startRollout } from "./rollout.ts";
import { answer } from "./signing/answer.ts";
import { drive, goBackTo, placesOn, plan, settle } from "./testing/plans.ts";
import { World } from "./testing/world.ts";

const none: Reports = { scan: { kind: "missing" }, breaking: { kind: "missing" } };

const wantedOf = (service: Service, version: string, reports: Partial<Reports>, commit?: string): Wanted => {
  const revision = { ...revisionOf(version), hosts: placesOn(service.hosts.map(({ name }) => name)) };
  const release = { ...revision.release, ...(commit === undefined ? {} : { commit }) };
  return { purpose: "rollout", revision: { ...revision, release }, plan, reports: { ...none, ...reports } };
};

const withReports =
  (version: string, reports: Partial<Reports> = {}, commit?: string) =>
  (service: Service) =>
    startRollout(service, `r-${version.replaceAll(".", "-")}`, wantedOf(service, version, reports, commit));

const scanOf = (version: string): Partial<Reports> => ({
  scan: readScan(JSON.stringify(grypeJson({ found: [], image: `registry.example.com/a@${digestFor(version)}` }))),
});

const gateOf = (world: World, gate: string) =>
  world.ledger.entries.flatMap(({ event }) => (event.kind === "gate" && event.gate === gate ? [event] : [])).at(-1);

describe("a rollout into an environment that asks for a scan", () => {
  const gates: GateSettings = { scan: scanSettings.parse({ maxAgeHours: false }) };

  it("is refused without one, or with another image's, and the ledger says why", async () => {
    const world = new World();
    await settle(world, "1.0.0");
    await expect(drive(world, withReports("1.1.0"), { gates })).rejects.toThrow(RefusedError);
    expect(gateOf(world, "scan")).toMatchObject({
      allowed: false,
      reason: expect.stringContaining("--scan") as string,
    });
    await expect(drive(world, withReports("1.1.0", scanOf("1.0.0")), { gates })).rejects.toThrow(
      /the scan is of sha256/,
    );
    expect(world.ledger.entries.at(-1)?.event.kind).toBe("refused");
  });

  it("goes through with its own, and back without any", async () => {
    const world = new World();
    await settle(world, "1.0.0");
    const { outcome } = await drive(world, withReports("1.1.0", scanOf("1.1.0")), { gates });
    expect(outcome).toMatchObject({ state: { phase: "promoted" } });
    expect(gateOf(world, "scan")).toMatchObject({
      allowed: true,
      inputs: { tool: "grype", file: expect.stringMatching(/^sha256:/) as string },
    });
    expect((await drive(world, goBackTo(), { gates })).outcome).toMatchObject({ reverted: true });
  });
});

describe("a rollout into an environment that asks what breaks", () => {
  const keys = { bob: testKey(), carol: testKey() };
  const approvers = { bob: keys.bob.publicBase64, carol: keys.carol.publicBase64 };
  const gates: GateSettings = { breaking: true, approval: { approvers, required: 2, expiresHours: 72 } };
  const report = sampleReport({ environment: "local" });
  const read = (one: BreakingReport): Partial<Reports> => ({ breaking: readBreaking(JSON.stringify(one)) });

  /** 1.0.0 serves, built from the older commit. */
  async function before(): Promise<World> {
    const world = new World();
    await drive(world, withReports("1.0.0", {}, commits.old));
    return world;
  }

  const approve = (world: World, by: keyof typeof keys, breaking?: BreakingReport) =>
    drive(
      world,
      (service) =>
        answer(
          service,
          wantedOf(service, "1.1.0", {}, commits.asked),
          { answer: "approve", reason: "", by: actorOf(by, "test"), ...(breaking ? { breaking } : {}) },
          { sign: (bytes) => Promise.resolve(signatureOf(keys[by], bytes)) },
        ),
      { gates },
    );

  it("goes through once what breaks was acknowledged by those who approve it", async () => {
    const world = await before();
    await approve(world, "bob", report);
    const { outcome } = await approve(world, "carol");
    expect(outcome).not.toHaveProperty("acknowledges");
    const asking = () => drive(world, withReports("1.1.0", read(report), commits.asked), { gates });
    await expect(asking()).rejects.toThrow(/acknowledged by 1 of 2 \(bob\)/);
    expect(gateOf(world, "approval")).toMatchObject({ allowed: true });
    expect((await approve(world, "carol", report)).outcome).toMatchObject({ acknowledges: report.hash });
    expect((await asking()).outcome).toMatchObject({ state: { phase: "promoted" } });
    expect(gateOf(world, "breaking")).toMatchObject({
      allowed: true,
      inputs: { hash: report.hash, from: commits.old, to: commits.asked, acknowledgedBy: ["bob", "carol"] },
    });
  });

  it("is refused without a report, or without a commit", async () => {
    const world = await before();
    const refused = (reports: Partial<Reports>, commit?: string) =>
      expect(drive(world, withReports("1.1.0", reports, commit), { gates: { breaking: true } })).rejects;
    await refused({}, commits.asked).toThrow(/nobody looked for breaking changes/);
    await refused(read(report)).toThrow(/nobody says from which commit/);
    await refused(read(report), commits.asked).toThrow(/where no approvals are asked for/);
  });

  it("needs no report for a first release", async () => {
    const { outcome } = await drive(new World(), withReports("1.0.0"), { gates: { breaking: true } });
    expect(outcome).toMatchObject({ state: { phase: "promoted" } });
  });

  it("refuses an acknowledgement of another change", async () => {
    const world = await before();
    const other = sampleReport({ environment: "local", from: { ref: "v0", commit: commits.other } });
    await expect(approve(world, "bob", other)).rejects.toThrow(RefusedError);
    await expect(approve(world, "bob", sampleReport())).rejects.toThrow(/looked at the settings of prod/);
    await expect(approve(world, "bob", { ...report, findings: [] })).rejects.toThrow(/it was changed/);
  });
});
