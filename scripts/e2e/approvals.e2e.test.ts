import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type GitHub, startGitHub } from "../testing/github/server.ts";
import type { Issue } from "../testing/github/world.ts";
import { service, type Stage, startStage } from "./testing/stage.ts";

let stage: Stage;
let github: GitHub;
beforeAll(async () => {
  github = await startGitHub({
    users: ["robot", "alice", "bob", "carol"],
    organisations: { org1: { leads: ["carol"] } },
    repositories: ["org1/deliveries"],
  });
  stage = await startStage({ block: "127.0.94", port: 29_860, releases: { "1.0.0": null, "1.1.0": {} } });
  stage.write((settings) => {
    settings.github = { repository: "org1/deliveries", apiUrl: github.url, token: { secret: { env: "GITHUB_TOKEN" } } };
    settings.gates = { approval: { github: { users: ["alice", "bob"], teams: ["leads"], labels: ["approval"] } } };
  });
  const { code, stderr } = await stage.sluice(["up", "local"], env());
  expect({ code, stderr }).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await stage?.stop();
  await github?.close();
});

const env = () => ({ SLUICE_ACTOR: "alice", GITHUB_TOKEN: github.token });
const rollOut = (version: string) => stage.sluice(["rollout", "local", service, version], env());
const issues = (): Issue[] => [...(github.world.repositories.get("org1/deliveries")?.issues.values() ?? [])];

function says(issue: Issue | undefined, author: string, body = "/approve"): void {
  const at = new Date().toISOString();
  issue?.comments.push({ id: issue.comments.length + 1, author, body, createdAt: at, updatedAt: at });
}

const reasonOf = ({ document }: { document: Record<string, unknown> }): string =>
  (document["error"] as { message: string }).message;

describe("approval on an issue", () => {
  it("is asked for when nothing else is missing, once, and nothing is touched before it is there", async () => {
    for (let times = 0; times < 2; times++) {
      const ran = await rollOut("1.0.0");
      expect(ran).toMatchObject({ code: 1, document: { error: { kind: "refused" } } });
      expect(reasonOf(ran)).toMatch(
        /^0 of 2 approvals; "\/approve" on http.*\/org1\/deliveries\/issues\/1 by bob, team leads$/,
      );
    }
    expect(issues()).toMatchObject([{ title: "Approve org1/web 1.0.0 for local", labels: ["approval"] }]);
    expect(issues()[0]?.body).toContain(stage.images["1.0.0"]);
    expect(await stage.world.containers(0)).not.toHaveProperty("sluice.local.host-a.org1.web.blue");
  });

  it("of two who may, whoever asks left out, lets the release in that waits for it", async () => {
    says(issues()[0], "alice");
    says(issues()[0], "bob");
    const waiting = stage.start(["rollout", "local", service, "1.0.0", "--wait", "5", "--json"], env());
    await expect
      .poll(() => waiting.said(), { timeout: 60_000 })
      .toContain("Waiting for approval: 1 of 2 approvals (bob)");
    says(issues()[0], "carol");
    expect(await waiting.ended).toMatchObject({ code: 0, document: { outcome: "promoted" } });
    const decided = (await stage.entries()).findLast(({ event }) => event.kind === "gate" && event.gate === "approval");
    expect(decided?.event).toMatchObject({ allowed: true, reason: "approved by bob, carol" });
    const deployments = [...(github.world.repositories.get("org1/deliveries")?.deployments.values() ?? [])];
    expect(deployments).toMatchObject([{ environment: "local", payload: { service, version: "1.0.0" } }]);
    expect(deployments[0]?.statuses.at(-1)?.state).toBe("success");
  });

  it("of one release is none of another, nor is one that was edited, or of an edited request", async () => {
    expect(await rollOut("1.1.0")).toMatchObject({ code: 1 });
    const second = issues()[1];
    expect(second?.title).toBe("Approve org1/web 1.1.0 for local");
    says(second, "bob");
    says(second, "carol", "/reject the report is wrong");
    expect(reasonOf(await rollOut("1.1.0"))).toBe("rejected by carol (the report is wrong)");
    says(second, "carol");
    const edited = second?.comments.at(-1);
    if (edited) edited.updatedAt = new Date(Date.now() + 1_000).toISOString();
    expect(reasonOf(await rollOut("1.1.0"))).toBe("rejected by carol (the report is wrong)");
    second?.comments.splice(1);
    says(second, "carol");
    if (second) second.body = (second.body ?? "").replace("1.1.0", "1.0.0");
    const { code, document } = await stage.sluice(["gates", "local", service, "1.1.0"], env());
    expect({ code, document }).toMatchObject({
      code: 1,
      document: {
        gates: expect.arrayContaining([expect.objectContaining({ gate: "approval", allowed: false })]) as object,
      },
    });
    expect(JSON.stringify(document)).toContain("issues/2 was edited after it was opened");
  });

  it("denies while GitHub can't be asked", async () => {
    stage.write((settings) => {
      const token = { secret: { env: "GITHUB_TOKEN" } };
      settings.github = { repository: "org1/deliveries", apiUrl: "http://127.0.94.9:29879/api/v3", token };
      settings.gates = { approval: { github: { users: ["alice", "bob"], teams: ["leads"], labels: ["approval"] } } };
    });
    const ran = await rollOut("1.1.0");
    expect(ran.code).toBe(1);
    expect(reasonOf(ran)).toMatch(/issues\/2 can't be read: GitHub, reading http.*ECONNREFUSED/);
  });
});
