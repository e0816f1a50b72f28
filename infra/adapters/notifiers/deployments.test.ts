import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type GitHub, startGitHub } from "../../../scripts/testing/github/server.ts";
import type { Repository } from "../../../scripts/testing/github/world.ts";
import { NoticeBoard } from "../../driver/notices/board.ts";
import { testNotice } from "../../driver/notices/notice.ts";
import type { LedgerEvent } from "../../ledger/event.ts";
import { beginning, chainOf, digestFor, promotion, revisionOf } from "../../ledger/testing/events.ts";
import { systemClock } from "../clock.ts";
import { secretsFrom } from "../secrets.ts";
import { deploymentsBy, type DeploymentsPlace } from "./index.ts";

const service = "org1/react-ui";
const run = "https://github.example.com/org1/deliveries/actions/runs/7";
const site = "https://org1.example.com/";

let github: GitHub;
beforeEach(async () => {
  github = await startGitHub({ users: ["robot"], repositories: ["org1/deliveries"] });
});
afterEach(() => github.close());

const repository = (): Repository => {
  const found = github.world.repositories.get("org1/deliveries");
  if (!found) throw new Error("no repository");
  return found;
};
const notifierFor = (over: Partial<DeploymentsPlace> = {}, more: Record<string, string> = {}) => {
  const secrets = secretsFrom({ TOKEN: github.token, ...more });
  const place = { repository: "org1/deliveries", apiUrl: github.url, token: { secret: { env: "TOKEN" } } };
  const made = deploymentsBy({ ...place, run, site, ...over }, secrets, { patience: 2_000, pause: 20 });
  return { secrets, notifier: made };
};

/** One process after another tells GitHub what happens; what they note of themselves is in the ledger for the next. */
async function happen(processes: readonly (readonly LedgerEvent[])[], over: Partial<DeploymentsPlace> = {}) {
  const ledger: LedgerEvent[] = [];
  const said: string[] = [];
  for (const events of processes) {
    const board = new NoticeBoard({
      about: { environment: "prod", service },
      notifiers: [notifierFor(over).notifier],
      note: (event) => Promise.resolve(void ledger.push(event)),
      clock: systemClock,
      tell: (_kind, text) => void said.push(text),
    });
    for (const event of events) {
      ledger.push(event);
      const chain = chainOf(ledger);
      const written = chain.at(-1);
      if (written) board.hear(written, chain.slice(0, -1));
      await board.settled(10_000);
    }
    await board.close(10_000);
  }
  return { ledger, said };
}

/** Each deployment with its states, the oldest first. */
const shown = () =>
  [...repository().deployments.values()].map(({ task, payload, statuses }) => {
    const { version } = payload as { version: string };
    return [`${task} ${version}`, ...statuses.map(({ state }) => state)];
  });

const first = promotion("r1", revisionOf("1.0.0"), "blue", { first: true });
const second = beginning("r2", revisionOf("1.1.0"), "green");
const step: LedgerEvent = { kind: "step", rollout: "r2", index: 0, percent: 100 };
const promoted: LedgerEvent = { kind: "promoted", rollout: "r2", slot: "green" };
const back = { rollout: "r2", reason: "errors", quarantined: null, milliseconds: 5 } as const;
const rolledBack: LedgerEvent = { kind: "rolledBack", settled: "blue", ...back };
const stranded: LedgerEvent = { kind: "stranded", rollout: "r2", reason: "away", hosts: ["host-b"] };
const resumed: LedgerEvent = { kind: "resumed", rollout: "r2" };
const reverting: LedgerEvent = { kind: "reverting", rollout: "r2", from: "green", to: "blue", reason: "complaints" };
const reverted: LedgerEvent = { kind: "reverted", slot: "blue", ...back };
const revertFailed: LedgerEvent = { kind: "revertFailed", rollout: "r2", slot: "green", reason: "no" };

const [one, gone] = [
  ["deploy 1.0.0", "in_progress", "success"],
  ["deploy 1.0.0", "in_progress", "success", "inactive"],
];

describe("a rollout", () => {
  it("has a deployment in its environment, and a status a state change", async () => {
    await happen([[...first, ...second, step, promoted]]);
    expect(shown()).toEqual([gone, ["deploy 1.1.0", "in_progress", "in_progress", "success"]]);
    const made = [...repository().deployments.values()].at(-1);
    expect(made).toMatchObject({
      ref: "main",
      environment: "prod",
      description: `${service} 1.1.0, by alice`,
      isProduction: true,
      isTransient: false,
      payload: { rollout: "r2", service, version: "1.1.0", digest: digestFor("1.1.0"), commit: null },
    });
    expect(made?.statuses.map(({ description }) => description)).toEqual([
      `${service} 1.1.0 in prod: rollout started by alice, blue-green`,
      `${service} 1.1.0 in prod: step 1 of 1: 100 % of the clients for 300 s`,
      `${service} 1.1.0 in prod: promoted, it serves all users`,
    ]);
    expect(made?.statuses.at(-1)).toMatchObject({ logUrl: run, environmentUrl: site });
  });

  it.each<[string, readonly LedgerEvent[], readonly string[]]>([
    ["goes back", [step, rolledBack], ["in_progress", "in_progress", "failure"]],
    ["is stranded, and seen to be over", [stranded, resumed, rolledBack], ["in_progress", "error", "failure"]],
  ])("that %s", async (_what, events, states) => {
    await happen([[...first, ...second, ...events]]);
    expect(shown()).toEqual([one, ["deploy 1.1.0", ...states]]);
  });

  it("that goes back to a release by filling a slot again is a rollback", async () => {
    const again = beginning("r2", revisionOf("1.1.0"), "green", { purpose: "rollback" });
    await happen([[...first, ...again, promoted]]);
    expect(shown()).toEqual([gone, ["rollback 1.1.0", "in_progress", "success"]]);
  });

  it("that is refused has none: nothing was touched", async () => {
    const { release } = revisionOf("1.1.0");
    const requested: LedgerEvent = { kind: "requested", rollout: "r2", release, purpose: "rollout" };
    await happen([[requested, { kind: "refused", rollout: "r2", reason: "closed" }]]);
    expect(github.requests).toEqual([]);
  });

  it("leaves what other services have there as it is", async () => {
    const others = { ref: "main", task: "deploy", environment: "prod", description: "", payload: {} };
    const status = { id: 1, state: "success", description: "", logUrl: "", environmentUrl: "" };
    const other = { ...others, id: 5, isTransient: false, isProduction: false, statuses: [status] };
    repository().deployments.set(5, other);
    await happen([[...first, ...second, promoted]]);
    expect(other.statuses).toEqual([status]);
  });

  it.each<[string, string, boolean]>([
    ["is of its commit", "3f9c2ab", true],
    ["is of the default branch where the repository lacks its commit", "main", false],
  ])("%s", async (_what, ref, isThere) => {
    if (isThere) repository().refs.add("3f9c2ab");
    const plain = revisionOf("1.0.0");
    const revision = { ...plain, release: { ...plain.release, commit: "3f9c2ab" } };
    await happen([promotion("r1", revision, "blue", { first: true })]);
    const [made] = repository().deployments.values();
    expect(made).toMatchObject({ ref, payload: { commit: "3f9c2ab" } });
  });

  it("says nothing of a run or an address that nobody knows", async () => {
    await happen([first], { run: null, site: null });
    const [made] = repository().deployments.values();
    expect(made?.statuses.at(-1)).toMatchObject({ logUrl: "", environmentUrl: "" });
  });
});

describe("a way back to a slot that is still warm", () => {
  it.each<[string, readonly LedgerEvent[], readonly string[][]]>([
    [
      "has a deployment of its own, which serves then",
      [reverting, reverted],
      [gone, ["deploy 1.1.0", "in_progress", "success", "inactive"], ["rollback 1.0.0", "in_progress", "success"]],
    ],
    [
      "that fails leaves the deployment that serves, and the next one is told of it",
      [reverting, revertFailed, ...promotion("r3", revisionOf("1.2.0"), "blue")],
      [
        gone,
        ["deploy 1.1.0", "in_progress", "success", "inactive"],
        ["rollback 1.0.0", "in_progress", "failure"],
        ["deploy 1.2.0", "in_progress", "success"],
      ],
    ],
  ])("%s", async (_what, events, expected) => {
    await happen([[...first, ...second, promoted, ...events]]);
    expect(shown()).toEqual(expected);
  });

  it("is inactive once another release is promoted", async () => {
    await happen([
      [...first, ...second, promoted, reverting, reverted, ...promotion("r3", revisionOf("1.2.0"), "green")],
    ]);
    expect(shown().map((states) => states.at(-1))).toEqual(["inactive", "inactive", "inactive", "success"]);
  });
});

describe("another process", () => {
  const events = [...first, ...second, step, promoted, reverting, reverted];

  it.each(events.map((_, at) => at))("goes on with the same deployments after event %i", async (at) => {
    await happen([events.slice(0, at), events.slice(at)]);
    expect(shown()).toEqual([
      gone,
      ["deploy 1.1.0", "in_progress", "in_progress", "success", "inactive"],
      ["rollback 1.0.0", "in_progress", "success"],
    ]);
  });

  it("finds a deployment that nobody could write down", async () => {
    await happen([[...first, ...second]]);
    const { notifier } = notifierFor();
    const { target } = {
      target: { purpose: "rollout", version: "1.1.0", digest: digestFor("1.1.0"), commit: null } as const,
    };
    const notice = { ...testNotice("prod", "alice", "", "it"), change: "step", rollout: "r2", target } as const;
    const id = [...repository().deployments.keys()].at(-1);
    expect(await notifier.send(notice, null, new AbortController().signal)).toBe(String(id));
    expect(shown()).toEqual([one, ["deploy 1.1.0", "in_progress", "in_progress"]]);
  });
});

describe("GitHub", () => {
  it("that fails, limits or hangs is asked again, and makes one deployment", async () => {
    const of = (wanted: string) => (request: { operation: string }) => request.operation === wanted;
    github.failNext(of("repos/create-deployment"), { status: 502, body: { message: "Bad gateway" } });
    const limit = { status: 403, headers: { "retry-after": "1" }, body: { message: "secondary rate limit" } };
    github.failNext(of("repos/create-deployment-status"), limit);
    const { said } = await happen([[...first]]);
    expect(said).toEqual([]);
    expect(shown()).toEqual([one]);
  });

  it("that refuses is told about in its words, without a secret, and holds up nothing else", async () => {
    const refusal = { status: 403, body: { message: `Resource not accessible by ${github.token}` } };
    github.failNext(({ operation }) => operation === "repos/list-deployments", refusal);
    const { said, ledger } = await happen([first]);
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(
      /^github\.deployments could not be told of "started": it answers 403: Resource not accessible by \[secret\]/,
    );
    expect(ledger.filter(({ kind }) => kind === "unnotified")).toHaveLength(1);
    expect(shown()).toEqual([["deploy 1.0.0", "success"]]);
  });

  it("that can't be reached is told about without its address", async () => {
    const other = await startGitHub();
    await other.close();
    const { said } = await happen([second], { apiUrl: other.url });
    expect(said).toEqual(['github.deployments could not be told of "started": it can\'t be reached (ECONNREFUSED)']);
  });

  it("never gets the value of a secret, nor more than it takes", async () => {
    const { notifier, secrets } = notifierFor({}, { PASSWORD: "hunter2hunter2" });
    await secrets.resolve({ secret: { env: "PASSWORD" } });
    const target = { purpose: "rollout", version: "1.1.0", digest: digestFor("1.1.0"), commit: null } as const;
    const summary = `hunter2hunter2 ${"é".repeat(300)}`;
    const notice = { ...testNotice("prod", "hunter2hunter2", "", "it"), change: "step", summary, target } as const;
    await notifier.send(notice, null, new AbortController().signal);
    const [made] = repository().deployments.values();
    expect(JSON.stringify(made)).not.toContain("hunter2");
    expect(made?.statuses[0]?.description).toHaveLength(140);
  });
});

it("a test makes no deployment", () => {
  expect(notifierFor().notifier.wants(testNotice("prod", "alice", "", "it"))).toBe(false);
});
