import { describe, expect, it } from "vitest";
import type { BreakingReport } from "../model/breaking.ts";
import type { ApprovalStatement } from "../model/statement.ts";
import type { ApprovalInputs } from "./heard.ts";
import { breakingGate, type BreakingInputs } from "./breaking.ts";
import { changeOf } from "./breaking/fitting.ts";
import { readBreaking } from "./breaking/report.ts";
import type { Given } from "./given.ts";
import { commits, sampleReport } from "./testing/breaking.ts";
import { corruptions } from "./testing/corruptions.ts";
import { signed, testKey } from "./testing/keys.ts";
import { sampleDigest, sampleImage, sampleRevision } from "./testing/statements.ts";

const keys = { alice: testKey(), bob: testKey(), carol: testKey() };
const at = { environment: "prod", service: "org1/react-ui" };
const asked = { ...at, digest: sampleDigest, revision: sampleRevision, plan: `sha256:${"ef".repeat(32)}` };
const report = sampleReport();
const harmless = sampleReport({ findings: [] });
const many = sampleReport({
  findings: Array.from({ length: 30 }, (_, n) => ({ ...report.findings[0]!, where: `GET /${n}` })),
});

function answerOf(by: keyof typeof keys, changes: Partial<ApprovalStatement["predicate"]> = {}) {
  const { environment, service, revision, plan } = asked;
  const about = { environment, service, revision, plan, version: "2.0.0", reason: "", at: "2026-03-02T10:00:00.000Z" };
  return signed(keys[by], {
    _type: "https://in-toto.io/Statement/v1",
    subject: [{ name: "registry.example.com/org1/react-ui", digest: { sha256: sampleDigest.slice("sha256:".length) } }],
    predicateType: "urn:sluice:approval:v1",
    predicate: { ...about, answer: "approve", acknowledges: report.hash, by, ...changes },
  });
}

const people = Object.fromEntries(Object.entries(keys).map(([name, key]) => [name, key.publicBase64]));
const approvalBy = (...answers: ApprovalInputs["answers"]): ApprovalInputs => ({
  settings: { approvers: people, required: 2, expiresHours: 72 },
  asked,
  by: "alice",
  answers,
  used: 0,
  request: { kind: "none" },
  now: Date.parse("2026-03-03T10:00:00.000Z"),
});
const read = (one: BreakingReport): Given<BreakingReport> => readBreaking(JSON.stringify(one));
const serving = { version: "1.4.2", image: `registry.example.com/org1/react-ui@sha256:${"12".repeat(32)}` };
const known = { ...serving, commit: commits.old };
const next = { image: sampleImage, commit: commits.asked };
const change = changeOf(at, known, next);
const settingsOnly = changeOf(at, known, known);
const both = approvalBy(answerOf("bob"), answerOf("carol"));
const good: BreakingInputs = { change, breaking: read(report), approval: both };

describe("the breaking gate", () => {
  it("lets in what breaks nothing, without anybody's word", () => {
    expect(breakingGate({ ...good, breaking: read(harmless), approval: null })).toMatchObject({
      gate: "breaking",
      allowed: true,
      reason: "nothing was found that breaks anything",
      inputs: { from: commits.old, to: commits.asked, found: 0, hash: harmless.hash, acknowledgedBy: [] },
    });
  });

  it("lets in what breaks something once enough others have acknowledged just that", () => {
    expect(breakingGate(good)).toMatchObject({
      allowed: true,
      reason: "1 breaking change (GET /legacy: api path removed); acknowledged by bob, carol",
      inputs: { found: 1, findings: report.findings, acknowledgedBy: ["bob", "carol"] },
    });
  });

  it.each<[string, Partial<BreakingInputs>, string]>([
    [
      "a first release",
      { change: changeOf(at, null, { image: sampleImage }), breaking: { kind: "missing" } },
      "nothing is settled yet that could be broken",
    ],
    [
      "other settings for the same image",
      { change: { ...settingsOnly, commit: commits.old.slice(0, 7) }, breaking: { kind: "missing" } },
      "it is the image of 1.4.2, from the same commit",
    ],
    [
      "commits cut short",
      {
        change: changeOf(
          at,
          { ...serving, commit: commits.old.slice(0, 9) },
          { ...next, commit: commits.asked.slice(0, 7) },
        ),
        breaking: read(harmless),
      },
      "nothing was found that breaks anything",
    ],
  ])("lets %s in", (_what, over, reason) => {
    expect(breakingGate({ ...good, approval: null, ...over })).toMatchObject({ allowed: true, reason });
  });

  it.each<[string, Partial<BreakingInputs>, RegExp]>([
    [
      "another image, said to be from the commit that serves",
      { change: { ...change, commit: commits.old }, breaking: { kind: "missing" } },
      /nobody looked for breaking changes/,
    ],
    [
      "the image that serves, said to be from another commit",
      { change: { ...settingsOnly, commit: commits.asked }, breaking: { kind: "missing" } },
      /nobody looked for breaking changes/,
    ],
    ["no report", { breaking: { kind: "missing" } }, /nobody looked for breaking changes/],
    [
      "one that can't be read",
      { breaking: readBreaking("{}") },
      /can't be read: it isn't what "sluice breaking --json"/,
    ],
    ["no commit", { change: { ...change, commit: null } }, /nobody says from which commit the release was built/],
    [
      "one from another commit",
      { breaking: read(sampleReport({ from: { ref: "v0", commit: commits.other }, findings: [] })) },
      new RegExp(
        `doesn't count: it is from ${commits.other}, and 1.4.2, which serves now, was built from ${commits.old}`,
      ),
    ],
    [
      "one to another commit",
      { breaking: read(sampleReport({ to: { ref: "v3", commit: commits.other }, findings: [] })) },
      new RegExp(`it is to ${commits.other}, and the release was built from ${commits.asked}`),
    ],
    [
      "one that looked at no settings",
      { breaking: read(sampleReport({ environment: null, service: null, findings: [] })) },
      /it looked at the settings of none and none, not of prod and org1\/react-ui/,
    ],
    [
      "another environment's",
      { breaking: read(sampleReport({ environment: "uat", findings: [] })) },
      /it looked at the settings of uat and org1\/react-ui/,
    ],
    ["one that was changed", { breaking: read({ ...report, findings: [] }) }, /it was changed since it was written/],
    [
      "findings, where nobody is asked",
      { approval: null },
      /1 breaking change .*; nobody can acknowledge that where no approvals are asked for \(gates\.approval\)/,
    ],
    [
      "findings that nobody acknowledged",
      { approval: approvalBy(answerOf("bob", { acknowledges: undefined }), answerOf("carol")) },
      /acknowledged by 1 of 2 \(carol\): "sluice approve" with --breaking/,
    ],
    [
      "findings of which others were acknowledged",
      { approval: approvalBy(answerOf("bob", { acknowledges: harmless.hash }), answerOf("carol")) },
      /acknowledged by 1 of 2/,
    ],
    ["findings that who asks acknowledged", { approval: { ...both, by: "bob" } }, /acknowledged by 1 of 2 \(carol\)/],
    [
      "findings that one acknowledged, and thought better of",
      { approval: approvalBy(answerOf("bob"), answerOf("carol"), answerOf("bob", { acknowledges: undefined })) },
      /acknowledged by 1 of 2 \(carol\)/,
    ],
    [
      "findings, and somebody is against it",
      { approval: approvalBy(answerOf("bob"), answerOf("carol"), answerOf("alice", { answer: "reject" })) },
      /acknowledged by 2 of 2/,
    ],
    [
      "a settled release of which nobody knows the commit",
      { change: changeOf(at, serving, next), breaking: read(harmless) },
      /nobody knows from which commit 1\.4\.2, which serves now, was built; acknowledged by 0 of 2/,
    ],
  ])("keeps a release out with %s", (_what, over, reason) => {
    const { allowed, reason: said } = breakingGate({ ...good, ...over });
    expect(allowed).toBe(false);
    expect(said).toMatch(reason);
  });

  it("lets in what comes after a release of an unknown commit, once it was acknowledged", () => {
    const unknown = changeOf(at, serving, next);
    const approval = approvalBy(
      ...(["bob", "carol"] as const).map((by) => answerOf(by, { acknowledges: harmless.hash })),
    );
    expect(breakingGate({ change: unknown, breaking: read(harmless), approval }).allowed).toBe(true);
  });

  it("names three findings in words, and twenty in the ledger", () => {
    const decision = breakingGate({ ...good, breaking: read(many) });
    expect(decision.reason).toMatch(/^30 breaking changes \(GET \/0: .*, GET \/2: api path removed and 27 more\)/);
    expect(decision.inputs).toMatchObject({ found: 30, findings: { length: 20 } });
  });

  it.each<[string, BreakingInputs]>([
    ["a missing report", { ...good, breaking: { kind: "missing" } }],
    ["an unreadable one", { ...good, breaking: readBreaking("[]") }],
    ["another commit's", { ...good, breaking: read(sampleReport({ from: { ref: "v0", commit: commits.other } })) }],
    ["one to another commit", { ...good, change: { ...change, commit: commits.other } }],
    ["another environment's", { ...good, breaking: read(sampleReport({ environment: "uat", findings: [] })) }],
    ["a changed one", { ...good, breaking: read({ ...report, findings: [] }) }],
    ["no commit", { ...good, change: { ...change, commit: null } }],
    [
      "the image that serves, and no report",
      { ...good, change: { ...settingsOnly, commit: commits.asked }, breaking: { kind: "missing" } },
    ],
    [
      "another image from the commit that serves",
      { ...good, change: { ...change, commit: commits.old }, breaking: { kind: "missing" } },
    ],
    ["a settled release of an unknown commit", { ...good, change: changeOf(at, serving, next), approval: null }],
    ["voices that were used up", { ...good, approval: { ...both, used: 2 } }],
    ["a rejection", { ...good, approval: approvalBy(...both.answers, answerOf("alice", { answer: "reject" })) }],
    ["nobody to ask", { ...good, approval: null }],
    ["one voice too few", { ...good, approval: approvalBy(answerOf("bob")) }],
    ["the requester's own voice", { ...good, approval: { ...both, by: "bob" } }],
    ["other findings", { ...good, breaking: read(many) }],
    ["old voices", { ...good, approval: { ...both, now: Date.parse("2026-04-01T10:00:00.000Z") } }],
  ])("that denies for %s never allows when any one input is gone or spoilt", (_what, denied) => {
    expect(breakingGate(denied).allowed).toBe(false);
    // Any other text is somebody else's name: then it wasn't the requester who acknowledged it, or nobody who may rejected it.
    const meant =
      /^approval\.(by = "|settings\.approvers\.alice is gone|answers\.2\.(payload|payloadType|signatures\.0\.sig) = ")/;
    expect(allowing(denied).filter((where) => !meant.test(where))).toEqual([]);
  });

  // What isn't looked at where nothing else is needed, or says nothing of what was agreed to.
  const names = /^change\.settled\.version = "/;
  const place = /^change\.(environment|service) = "/;
  it.each<[string, BreakingInputs, readonly RegExp[]]>([
    [
      "acknowledged findings",
      good,
      [
        names,
        /^approval\.by = "/,
        /^approval\.settings\.approvers\.alice is gone$/,
        /^approval\.answers\.\d\.signatures\.0\.keyid = "/,
      ],
    ],
    ["no findings", { ...good, breaking: read(harmless), approval: null }, [names, /^approval/]],
    [
      "the image that serves",
      { change: settingsOnly, breaking: { kind: "missing" }, approval: null },
      [names, place, /^(breaking|approval)/],
    ],
    [
      "a first release",
      { change: changeOf(at, null, next), breaking: { kind: "missing" }, approval: null },
      [place, /^(breaking|approval)/, /^change\.commit = null$/],
    ],
  ])("that allows for %s denies when any input that counts is gone or spoilt", (_what, allowed, meant) => {
    expect(breakingGate(allowed).allowed).toBe(true);
    expect(allowing(allowed).filter((where) => !meant.some((one) => one.test(where)))).toEqual([]);
  });
});

/** Where inputs can be gone or spoilt, and it is let in nevertheless. */
function allowing(inputs: BreakingInputs): readonly string[] {
  return corruptions(inputs).flatMap(({ where, spoilt }) => (isAllowed(spoilt as BreakingInputs) ? [where] : []));
}

/** A gate that throws denies as well: nothing begins. */
function isAllowed(inputs: BreakingInputs): boolean {
  try {
    return breakingGate(inputs).allowed;
  } catch {
    return false;
  }
}
