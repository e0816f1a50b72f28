import { describe, expect, it } from "vitest";
import { requestText, type Told } from "./text.ts";
import { voidBecause } from "./answers.ts";
import { knownRequest, sampleTold } from "../testing/requests.ts";
import { sampleImage, sampleRevision } from "../testing/statements.ts";

const told: Told = {
  ...sampleTold,
  gates: [
    {
      gate: "promotion",
      allowed: true,
      reason: "stg had it healthy: 1.4.2, promoted at 2026-03-01",
      inputs: {
        from: [
          {
            environment: "stg",
            allowed: true,
            users: { looks: 30, requests: 12_000, errors: 6, worstP95Milliseconds: 210.4 },
          },
        ],
      },
    },
    { gate: "approval", allowed: false, reason: "0 of 2 approvals", inputs: {} },
  ],
};

describe("the text of a request", () => {
  it("names what is asked for, by which plan, and how to answer", () => {
    const { title, body } = requestText(told);
    expect(title).toBe("Approve org1/react-ui 1.4.2 for prod");
    for (const part of [
      sampleImage,
      sampleRevision,
      told.asked.plan,
      "`3f9c2ab`",
      "`1.4.1` serves now",
      "[run](https://github.example.com/org1/deliveries/actions/runs/7)",
      "1. fill green with 1.4.2 on host-a\n2. give it 10 %",
      "`/approve`",
      "For @bob, @org1/leads.",
      "2 people must agree",
      "72 h",
    ]) {
      expect(body).toContain(part);
    }
  });

  it("ticks what is known, with what is known of it", () => {
    expect(requestText(told).body.match(/^- \[.*$/gm)).toEqual([
      "- [x] Healthy in the environments before: stg had it healthy: 1.4.2, promoted at 2026-03-01",
      "- [x] Errors and latency there acceptable: stg 12000 requests, 6 failed (0.05 %), p95 at most 210 ms (`sluice evidence show stg org1/react-ui`)",
      "- [ ] Scan for vulnerabilities clean",
      "- [ ] Breaking changes known",
      "- [ ] Database migrations reviewed",
      "- [x] Way back: `1.4.1` stays warm, and traffic goes back to it by itself",
      "- [x] On call: paged when the way back can't be verified",
    ]);
  });

  it("ticks nothing that nobody looked at", () => {
    const { body } = requestText({ ...told, gates: [], settled: null, pages: false, commit: undefined, run: null });
    expect(body).not.toContain("- [x]");
    expect(body).toContain("its first release there");
    expect(body).toContain("| Commit | not said |");
  });

  it("ticks no figures where nobody used it", () => {
    const users = { looks: 0, requests: 0, errors: 0, worstP95Milliseconds: null };
    const promotion = {
      gate: "promotion",
      allowed: true,
      reason: "ok",
      inputs: { from: [{ environment: "stg", users }] },
    };
    expect(requestText({ ...told, gates: [promotion] }).body).toContain("- [ ] Errors and latency there acceptable\n");
  });

  it("lets no reason of a gate call people, link, or begin a list", () => {
    const gate = { gate: "scan", allowed: true, reason: "ask @bob\n- [x] <b>[me](https://a.b)</b>", inputs: {} };
    const { body } = requestText({ ...told, gates: [gate] });
    expect(body).toContain(
      "- [x] Scan for vulnerabilities clean: ask @\u200bbob - \\[x\\] \\<b\\>\\[me\\](https://a.b)\\</b\\>",
    );
  });

  it("isn't void by itself, whatever is in it", () => {
    const { title, body } = requestText(told);
    const request = { ...knownRequest([]).request, title, body };
    expect(voidBecause(knownRequest([], { request, title, body }), told.asked)).toBeNull();
  });
});
