import { describe, expect, it } from "vitest";
import type { Comment, Request, RequestSource } from "../gates/request/source.ts";
import { comment, untouched } from "../gates/testing/requests.ts";
import { digestFor, revisionOf } from "../ledger/testing/events.ts";
import { RefusedError, UnknownError } from "../model/errors.ts";
import { circumstancesOf } from "./circumstances.ts";
import type { Service } from "./context.ts";
import { decide, type Wanted } from "./decide.ts";
import type { RequestPort } from "./ports.ts";
import { resumeRollout } from "./resume.ts";
import { startRollout } from "./rollout.ts";
import { askForApproval } from "./signing/ask.ts";
import { askedOf } from "./signing/asked.ts";
import type { DriverOptions } from "./testing/driver.ts";
import { FakeNotifier } from "./testing/fake-notifier.ts";
import { drive, goBackTo, placesOn, plan, settle } from "./testing/plans.ts";
import { World } from "./testing/world.ts";

/** Issues, in memory. */
class Issues implements RequestPort {
  readonly organisation = "org1";
  readonly opened: Request[] = [];
  /** Below the first one. */
  readonly comments: Comment[] = [];
  /** Issues that somebody closed, by number. */
  readonly closed = new Set<number>();
  isAway = false;
  /** Called before each look at an issue, with how many there were before. */
  onRead: (before: number) => void = () => undefined;
  #reads = 0;

  open({ title, body }: { readonly title: string; readonly body: string }): ReturnType<RequestPort["open"]> {
    if (this.isAway) return Promise.reject(new UnknownError("no route to GitHub"));
    const issue = this.opened.length + 1;
    const url = `https://github.example.com/org1/deliveries/issues/${issue}`;
    const request = { repository: "org1/deliveries", issue, url, title, body };
    this.opened.push({ ...request, by: "", breaking: null, isUsed: false });
    return Promise.resolve(request);
  }

  read(request: Request): Promise<RequestSource> {
    this.onRead(this.#reads++);
    if (this.isAway) return Promise.reject(new UnknownError("no route to GitHub"));
    const { title, body } = this.opened[request.issue - 1] ?? request;
    const isOpen = !this.closed.has(request.issue);
    const comments = request.issue === 1 ? this.comments : [];
    const [isOwn, history] = [true, untouched];
    return Promise.resolve({ kind: "known", request, isOpen, isOwn, title, body, comments, history });
  }
}

const approval = {
  approvers: {},
  github: { users: ["alice", "bob", "carol"], teams: [], labels: [] },
  required: 2,
  expiresHours: 72,
};

function options(issues: RequestPort, gates: object = {}): DriverOptions {
  return { environment: "prod", requests: issues, gates: { approval, ...gates } };
}

const wanted = (world: World, version = "1.1.0"): Wanted => ({
  purpose: "rollout",
  revision: { ...revisionOf(version), hosts: placesOn(world.hosts.map(({ name }) => name)) },
  plan,
});

/** As the command does it: asks, then begins. */
const roll =
  (world: World, minutes = 0, version?: string, id = "r") =>
  async (service: Service) => {
    await askForApproval(service, id, wanted(world, version), minutes);
    return startRollout(service, id, wanted(world, version));
  };

const asked = (world: World) => world.ledger.entries.filter(({ event }) => event.kind === "asked");
const at = (world: World, author: string, body = "/approve") => {
  const moment = new Date(world.clock.now()).toISOString();
  return comment(author, { body, createdAt: moment, updatedAt: moment });
};

describe("approval by comments", () => {
  it("is asked for once, for just this release, and lets it in later", async () => {
    const [world, issues] = [new World(), new Issues()];
    await settle(world, "1.0.0");
    const refused = drive(world, roll(world), options(issues));
    await expect(refused).rejects.toThrow(RefusedError);
    await expect(refused).rejects.toThrow(/0 of 2 approvals; "\/approve" on https:.*issues\/1 by bob, carol/);
    await expect(drive(world, roll(world), options(issues))).rejects.toThrow(RefusedError);
    expect(issues.opened).toHaveLength(1);
    expect(asked(world)).toHaveLength(1);
    expect(issues.opened[0]?.title).toBe("Approve org1/react-ui 1.1.0 for prod");
    expect(issues.opened[0]?.body).toContain("fill green with 1.1.0");
    issues.comments.push(at(world, "bob"), at(world, "carol"));
    const { outcome } = await drive(world, roll(world), options(issues));
    expect(outcome).toMatchObject({ kind: "ended", state: { phase: "promoted" } });
    expect(world.violations).toEqual([]);
  });

  it("of one release is none of another", async () => {
    const [world, issues] = [new World(), new Issues()];
    await settle(world, "1.0.0");
    await expect(drive(world, roll(world), options(issues))).rejects.toThrow(RefusedError);
    issues.comments.push(at(world, "bob"), at(world, "carol"));
    const other = new Issues();
    await expect(drive(world, roll(world, 0, "1.2.0"), options(other))).rejects.toThrow(/0 of 2 approvals/);
    expect(other.opened[0]?.title).toContain("1.2.0");
  });

  it("is waited for as long as one is told to, and begins once it is there", async () => {
    const [world, issues] = [new World(), new Issues()];
    await settle(world, "1.0.0");
    issues.onRead = (before) => {
      if (before === 4) issues.comments.push(at(world, "bob"));
      if (before === 9) issues.comments.push(at(world, "carol"));
    };
    const begun = world.clock.now();
    const { outcome } = await drive(world, roll(world, 60), options(issues));
    expect(outcome).toMatchObject({ state: { phase: "promoted" } });
    expect(world.clock.now() - begun).toBeLessThan(30 * 60_000);
  });

  it("isn't waited for any longer than that, nor once somebody is against it, nor when stopped", async () => {
    for (const end of ["time", "rejected", "stopped"] as const) {
      const [world, issues, stop] = [new World(), new Issues(), new AbortController()];
      await settle(world, "1.0.0");
      issues.onRead = (before) => {
        if (before === 3 && end === "rejected") issues.comments.push(at(world, "bob", "/reject broken"));
        if (before === 3 && end === "stopped") stop.abort();
      };
      const begun = world.clock.now();
      const refused = drive(world, (service) => askForApproval(service, "r", wanted(world), 10), {
        ...options(issues),
        signal: stop.signal,
      });
      await refused;
      const minutes = (world.clock.now() - begun) / 60_000;
      if (end === "time") expect(minutes).toBeGreaterThanOrEqual(10);
      expect(minutes).toBeLessThan(end === "time" ? 10.5 : 2);
    }
  });

  it("is asked for anew where the request was closed", async () => {
    const [world, issues] = [new World(), new Issues()];
    await settle(world, "1.0.0");
    await expect(drive(world, roll(world), options(issues))).rejects.toThrow(RefusedError);
    issues.closed.add(1);
    issues.comments.push(at(world, "bob"), at(world, "carol"));
    await drive(world, async (service) => askForApproval(service, "r", wanted(world), 0), options(issues));
    expect(issues.opened).toHaveLength(2);
  });

  it("is asked for once a time, even if what GitHub keeps isn't what it was given", async () => {
    const [world, issues] = [new World(), new Issues()];
    await settle(world, "1.0.0");
    issues.onRead = () => void issues.closed.add(issues.opened.length);
    await drive(world, async (service) => askForApproval(service, "r", wanted(world), 1), options(issues));
    expect(issues.opened).toHaveLength(1);
  });

  it("isn't asked for where another gate denies: nobody is bothered in vain", async () => {
    const [world, issues] = [new World(), new Issues()];
    await settle(world, "1.0.0");
    const limits = options(issues, { plan: { strategies: ["canary"] } });
    await expect(drive(world, roll(world), limits)).rejects.toThrow(RefusedError);
    expect(issues.opened).toEqual([]);
  });

  it("denies while GitHub can't be asked, and says so", async () => {
    const [world, issues] = [new World(), new Issues()];
    await settle(world, "1.0.0");
    await expect(drive(world, roll(world), options(issues))).rejects.toThrow(RefusedError);
    issues.comments.push(at(world, "bob"), at(world, "carol"));
    issues.isAway = true;
    await expect(drive(world, roll(world), options(issues))).rejects.toThrow(/can't be read: no route to GitHub/);
    const [fresh, away] = [new World(), new Issues()];
    await settle(fresh, "1.0.0");
    away.isAway = true;
    await expect(drive(fresh, roll(fresh), options(away))).rejects.toThrow(UnknownError);
    expect(asked(fresh)).toEqual([]);
  });

  it("leaves a rollback alone", async () => {
    const [world, issues] = [new World(), new Issues()];
    await settle(world, "1.0.0");
    await drive(
      world,
      async (service) => {
        const back: Wanted = { ...wanted(world), purpose: "rollback" };
        const decision = decide(service.journal.entries, back, await circumstancesOf(service, back));
        expect(decision.kind).toBe("go");
      },
      options(issues),
    );
  });

  it("is put into the ledger although another driver appends meanwhile", async () => {
    const [world, issues] = [new World(), new Issues()];
    await settle(world, "1.0.0");
    let isFirst = true;
    const open = issues.open.bind(issues);
    issues.open = async (text) => {
      if (isFirst) await settle(world, "1.0.1");
      isFirst = false;
      return open(text);
    };
    await drive(world, (service) => askForApproval(service, "r", wanted(world), 0), options(issues));
    expect(asked(world)).toHaveLength(1);
  });

  it("isn't that of another release at whose issue an event of the ledger points", async () => {
    const [world, issues] = [new World(), new Issues()];
    await settle(world, "1.0.0");
    await expect(drive(world, roll(world), options(issues))).rejects.toThrow(RefusedError);
    issues.comments.push(at(world, "bob"), at(world, "carol"));
    const [first] = asked(world);
    await drive(
      world,
      async (service) => {
        const of = askedOf({ environment: "prod", service: service.name, gates: { approval } }, wanted(world, "1.2.0"));
        const { digest, revision, plan } = of;
        if (first?.event.kind === "asked") await service.journal.append({ ...first.event, digest, revision, plan });
        const refused = startRollout(service, "forged", wanted(world, "1.2.0"));
        await expect(refused).rejects.toThrow(
          /0 of 2 approvals; .*issues\/1 is about something else: .* another image/,
        );
      },
      options(issues),
    );
    expect(asked(world)).toHaveLength(2);
  });

  it("is used up by its rollout: after a way back people are asked anew", async () => {
    const [world, issues] = [new World(), new Issues()];
    await settle(world, "1.0.0");
    await expect(drive(world, roll(world), options(issues))).rejects.toThrow(RefusedError);
    issues.comments.push(at(world, "bob"), at(world, "carol"));
    await drive(world, roll(world, 0, "1.1.0", "first"), options(issues));
    await drive(world, goBackTo(), options(issues));
    await drive(world, ({ journal }) =>
      journal.append({ kind: "quarantineLifted", digest: digestFor("1.1.0"), reason: "fixed" }),
    );
    const again = drive(world, roll(world, 0, "1.1.0", "second"), options(issues));
    await expect(again).rejects.toThrow(/^0 of 2 approvals; .*issues\/2 by bob, carol$/);
    expect(issues.opened).toHaveLength(2);
  });

  it("isn't asked for again by who takes its rollout over", async () => {
    const [world, issues] = [new World(), new Issues()];
    await settle(world, "1.0.0");
    await expect(drive(world, roll(world), options(issues))).rejects.toThrow(RefusedError);
    issues.comments.push(at(world, "bob"), at(world, "carol"));
    const begun = await drive(world, roll(world), { ...options(issues), kill: { at: 60, when: "after" } });
    const kinds = world.ledger.entries.slice(-20).map(({ event }) => event.kind);
    expect([begun.outcome, kinds.at(-1) === "promoted", kinds.includes("filled")]).toEqual(["killed", false, true]);
    world.takenOver();
    issues.isAway = true;
    const { outcome } = await drive(world, resumeRollout, options(issues));
    expect(outcome).toMatchObject({ state: { phase: "promoted" } });
  });
});

describe("people who are asked on an issue", () => {
  it("are told at once, while it is waited for, in the thread of the rollout that follows", async () => {
    const [world, issues, team] = [new World(), new Issues(), new FakeNotifier("team")];
    await settle(world, "1.0.0");
    const told: (readonly string[])[] = [];
    issues.onRead = (before) => {
      told.push(team.changes);
      if (before === 4) issues.comments.push(at(world, "bob"), at(world, "carol"));
    };
    const { driver } = await drive(world, roll(world, 60), { ...options(issues), notifiers: [team] });
    await driver.board?.close(1_000);
    expect(told[3]).toEqual(["approvalNeeded"]);
    expect(team.changes).toEqual(["approvalNeeded", "started", "step", "promoted"]);
    expect(team.told.map(({ thread }) => thread)).toEqual([null, ...Array<string>(3).fill("thread of r")]);
    const [{ notice } = { notice: null }] = team.told;
    expect(notice?.facts[0]).toEqual({ name: "Asked on", value: issues.opened[0]?.url });
    expect(notice?.next[0]).toBe(`Agree, or keep it out, by a comment: ${issues.opened[0]?.url ?? ""}`);
  });

  it("are told once a request, and again of one who is against it, or when it can't be read", async () => {
    const [world, issues, team] = [new World(), new Issues(), new FakeNotifier("team")];
    await settle(world, "1.0.0");
    const turn = async (id: string) => {
      const { driver } = await drive(
        world,
        (service) => roll(world, 0, "1.1.0", id)(service).catch((error: unknown) => String(error)),
        { ...options(issues), notifiers: [team] },
      );
      await driver.board?.close(1_000);
      return team.changes.length;
    };
    expect([await turn("a"), await turn("b")]).toEqual([1, 1]);
    issues.comments.push(at(world, "bob"));
    expect(await turn("c")).toBe(1);
    issues.isAway = true;
    expect(await turn("d")).toBe(2);
    issues.isAway = false;
    issues.comments.push(at(world, "carol", "/reject broken"));
    expect(await turn("e")).toBe(3);
    issues.closed.add(1);
    issues.comments.splice(1);
    expect(await turn("f")).toBe(4);
    expect(team.changes).toEqual(["approvalNeeded", "approvalNeeded", "refused", "approvalNeeded"]);
    expect(issues.opened).toHaveLength(2);
  });
});
