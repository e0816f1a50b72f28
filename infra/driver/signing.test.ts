import { describe, expect, it } from "vitest";
import { checkDecision } from "../gates/signed/decision.ts";
import { openEnvelope } from "../gates/signed/envelope.ts";
import { signatureOf, type TestKey, testKey } from "../gates/testing/keys.ts";
import { attested } from "../ledger/attested.ts";
import { declared } from "../ledger/declared.ts";
import { quarantine } from "../ledger/rollouts.ts";
import { digestFor, revisionOf } from "../ledger/testing/events.ts";
import { actorOf } from "../model/actor.ts";
import { RefusedError } from "../model/errors.ts";
import type { Signing } from "./context.ts";
import type { Wanted } from "./decide.ts";
import type { ElsewherePort } from "./ports.ts";
import { resumeRollout } from "./resume.ts";
import type { DriverOptions } from "./testing/driver.ts";
import { startRollout } from "./rollout.ts";
import { answer } from "./signing/answer.ts";
import { drive, goBackTo, placesOn, plan, rollOut, settle } from "./testing/plans.ts";
import { World } from "./testing/world.ts";

const keys = { stg: testKey(), prod: testKey() };
const trusted = { stg: [keys.stg.publicBase64], prod: [keys.prod.publicBase64] };

function signingOf(environment: "stg" | "prod", over: Partial<Signing> = {}): Signing {
  const signer = { sign: (bytes: Buffer) => Promise.resolve(signatureOf(keys[environment], bytes)) };
  return { signer, trusted, decisionHours: 24, ...over };
}

const inStg: DriverOptions = { environment: "stg", signing: signingOf("stg") };

function inProd(stg: World, over: DriverOptions = {}): DriverOptions {
  const elsewhere: ElsewherePort = {
    attested: (environment, _service, digest) =>
      environment === "stg"
        ? Promise.resolve(attested(stg.ledger.entries, digest))
        : Promise.reject(new Error(`no settings of ${environment}`)),
  };
  const gates = { promotion: { from: ["stg"], maxAgeDays: 1, bakeHours: 0 } };
  return { environment: "prod", signing: signingOf("prod"), elsewhere, gates, ...over };
}

const kinds = (world: World) => world.ledger.entries.map(({ event }) => event.kind);

describe("a signed decision", () => {
  it("stands in the ledger before anything begins, and goes with the slot", async () => {
    const world = new World();
    await drive(world, rollOut("1.0.0"), inStg);
    expect(kinds(world)).toEqual([
      "requested",
      "gate",
      "gate",
      "decided",
      "started",
      "filled",
      "prepared",
      "verified",
      "promoting",
      "promoted",
      "attested",
    ]);
    const filled = declared(world.ledger.entries).slots.blue;
    const slot = {
      environment: "stg",
      service: "org1/react-ui",
      revisionHash: filled?.revisionHash ?? "",
      image: filled?.revision.release.image ?? "",
    };
    const checked = checkDecision(filled?.decision, slot, trusted.stg);
    expect(checked).toMatchObject({
      kind: "valid",
      statement: { predicate: { rollout: "r-1-0-0", by: "alice", gates: [{ gate: "quarantine" }, { gate: "order" }] } },
    });
  });

  it("isn't asked for where the environment signs nothing", async () => {
    const world = new World();
    await drive(world, rollOut("1.0.0"));
    expect(kinds(world)).not.toContain("decided");
    expect(kinds(world)).not.toContain("attested");
  });

  it.each<[string, Partial<Signing>, RegExp]>([
    [
      "the key can't be had",
      { signer: { sign: () => Promise.reject(new Error("no such file")) } },
      /could not be signed: no such file/,
    ],
    [
      "its own key isn't trusted",
      { trusted: { ...trusted, stg: trusted.prod } },
      /doesn't count: its signature is by none/,
    ],
  ])("is no decision when %s: refused, nothing touched", async (_what, over, reason) => {
    const world = new World();
    const refused = drive(world, rollOut("1.0.0"), { ...inStg, signing: signingOf("stg", over) });
    await expect(refused).rejects.toThrow(RefusedError);
    await expect(refused).rejects.toThrow(reason);
    expect(kinds(world)).toEqual(["requested", "gate", "gate", "refused"]);
  });

  it("that has expired fills no slot: who resumes goes back, and blames nobody", async () => {
    const world = new World();
    await settle(world, "1.0.0");
    const started = (call: string, world: World) =>
      call === "sleep" || world.ledger.entries.at(-1)?.event.kind !== "started" ? null : ("before" as const);
    await drive(world, rollOut("1.1.0"), {
      ...inStg,
      kill: { at: (await callsTo(world, started)) + 1, when: "before" },
    });
    expect(kinds(world).at(-1)).toBe("started");
    await world.clock.sleep(25 * 3_600_000);
    const { outcome, driver } = await drive(world, resumeRollout, inStg);
    expect(outcome).toMatchObject({ state: { phase: "rolledBack", blamed: false } });
    expect(driver.told.join("\n")).toContain("the gates' decision expired at");
    expect(quarantine(world.ledger.entries).size).toBe(0);
    expect(world.disagreements()).toEqual([]);
    expect(kinds(world).filter((kind) => kind === "filled")).toHaveLength(1);
  });

  it("goes with a person's way back, too", async () => {
    const world = new World();
    for (const version of ["1.0.0", "1.1.0", "1.2.0"]) await drive(world, rollOut(version), inStg);
    await drive(world, goBackTo("1.0.0"), inStg);
    const { settled, slots } = declared(world.ledger.entries);
    const serving = settled ? slots[settled] : null;
    expect(serving?.revision.release.version).toBe("1.0.0");
    expect(openEnvelope(serving?.decision, trusted.stg)).toMatchObject({
      statement: { predicate: { purpose: "rollback", rollout: "back" } },
    });
    // A rollback says nothing new about the release.
    expect(kinds(world).filter((kind) => kind === "attested")).toHaveLength(3);
  });
});

describe("evidence", () => {
  it("lets the same image into the next environment", async () => {
    const [stg, prod] = [new World(), new World()];
    await drive(stg, rollOut("1.0.0"), inStg);
    const { outcome } = await drive(prod, rollOut("1.0.0"), inProd(stg));
    expect(outcome).toMatchObject({ state: { phase: "promoted" } });
    expect(attested(prod.ledger.entries, digestFor("1.0.0")).evidence).toHaveLength(1);
  });

  it.each<[string, (stg: World) => Promise<unknown>, DriverOptions, RegExp]>([
    ["was never there", () => Promise.resolve(), {}, /stg has no evidence for org1\/react-ui/],
    [
      "went back there",
      async (stg) => {
        await drive(stg, rollOut("0.9.0"), inStg);
        stg.behaviours.set("1.0.0", { errorPercent: 50 });
        await drive(stg, rollOut("1.0.0"), inStg);
      },
      {},
      /stg has it in quarantine/,
    ],
    [
      "was taken back there by a person",
      async (stg) => {
        await drive(stg, rollOut("0.9.0"), inStg);
        await drive(stg, rollOut("1.0.0"), inStg);
        await drive(stg, goBackTo(), inStg);
      },
      {},
      /stg has it in quarantine: checkout is broken/,
    ],
    [
      "was there too long ago",
      async (stg) => {
        await drive(stg, rollOut("1.0.0"), inStg);
      },
      { gates: { promotion: { from: ["stg"], maxAgeDays: 0.01, bakeHours: 0 } } },
      /older than/,
    ],
    [
      "was there by a driver without a key",
      async (stg) => {
        await drive(stg, rollOut("1.0.0"));
      },
      {},
      /stg has no evidence/,
    ],
    [
      "was there, and this environment's ledger alone can be asked",
      async (stg) => {
        await drive(stg, rollOut("1.0.0"), inStg);
      },
      { gates: { promotion: { from: ["stg", "uat"], maxAgeDays: 1, bakeHours: 0 } } },
      /uat can't be asked: no settings of uat/,
    ],
  ])("keeps a release out that %s", async (_what, history, over, reason) => {
    const [stg, prod] = [new World(), new World()];
    await history(stg);
    // Worlds have clocks of their own: this one is later.
    await prod.clock.sleep(3_600_000);
    const refused = drive(prod, rollOut("1.0.0"), inProd(stg, over));
    await expect(refused).rejects.toThrow(RefusedError);
    await expect(refused).rejects.toThrow(reason);
    expect(kinds(prod)).toEqual(["requested", "gate", "gate", "gate", "refused"]);
  });

  it("isn't asked for on the way back", async () => {
    const [stg, prod] = [new World(), new World()];
    for (const version of ["1.0.0", "1.1.0", "1.2.0"]) {
      await drive(stg, rollOut(version), inStg);
      await prod.clock.sleep(60_000);
      await drive(prod, rollOut(version), inProd(stg));
    }
    const { outcome } = await drive(prod, goBackTo("1.0.0"), inProd(new World()));
    expect(outcome).toMatchObject({ state: { phase: "promoted" } });
  });

  it("that couldn't be signed is signed by resume, once; the release is settled all the same", async () => {
    const world = new World();
    let calls = 0;
    const signer = {
      sign: (bytes: Buffer) =>
        ++calls === 2 ? Promise.reject(new Error("no such file")) : Promise.resolve(signatureOf(keys.stg, bytes)),
    };
    const options = { ...inStg, signing: signingOf("stg", { signer }) };
    const { outcome, driver } = await drive(world, rollOut("1.0.0"), options);
    expect(outcome).toMatchObject({ state: { phase: "promoted" } });
    expect(driver.told.join("\n")).toContain('no evidence of it could be signed: no such file. Run "sluice resume".');
    expect(kinds(world)).not.toContain("attested");
    await drive(world, resumeRollout, options);
    await drive(world, resumeRollout, options);
    expect(kinds(world).filter((kind) => kind === "attested")).toHaveLength(1);
  });

  it("tells the users' figures while it was watched", async () => {
    const world = new World();
    for (const version of ["1.0.0", "1.1.0"]) await drive(world, rollOut(version), inStg);
    const [newest] = attested(world.ledger.entries, digestFor("1.1.0")).evidence;
    expect(openEnvelope(newest?.envelope, trusted.stg)).toMatchObject({
      statement: { predicate: { version: "1.1.0", strategy: "blue-green", users: { looks: 2, errors: 0 } } },
    });
  });
});

describe("an approval", () => {
  const people = { bob: testKey(), carol: testKey() };
  const approvers = { bob: people.bob.publicBase64, carol: people.carol.publicBase64 };
  const gates = { approval: { approvers, required: 2, expiresHours: 1 } };
  const options = { environment: "prod", gates };
  const wantedOf = (version: string, commit?: string): Wanted => {
    const { release, ...revision } = { ...revisionOf(version), hosts: placesOn(["host-a", "host-b"]) };
    const of = commit === undefined ? release : { ...release, commit };
    return { purpose: "rollout", revision: { ...revision, release: of }, plan };
  };
  const say = (
    world: World,
    by: keyof typeof people,
    over: Partial<{ version: string; key: TestKey; seed: string }> = {},
  ) => {
    const { version = "1.0.0", key = people[by], seed = "drawn anew" } = over;
    const signer = { sign: (bytes: Buffer) => Promise.resolve(signatureOf(key, bytes)) };
    const wanted = { ...wantedOf(version), plan: { ...plan, seed } };
    const given = { answer: "approve", reason: "", by: actorOf(by, "test") } as const;
    return drive(world, (service) => answer(service, wanted, given, signer), options);
  };
  const rollOutWith = (world: World, wanted: Wanted) =>
    drive(world, (service) => startRollout(service, "r1", wanted), options);

  it("by enough people lets just that release in, from whichever commit it is said to be", async () => {
    const world = new World();
    await expect(rollOutWith(world, wantedOf("1.0.0"))).rejects.toThrow(/0 of 2 approvals/);
    await say(world, "bob");
    await say(world, "carol", { version: "1.1.0" });
    await expect(rollOutWith(world, wantedOf("1.0.0"))).rejects.toThrow(/1 of 2 approvals \(bob\)/);
    await say(world, "carol", { seed: "another" });
    await expect(rollOutWith(world, wantedOf("1.1.0"))).rejects.toThrow(/1 of 2 approvals \(carol\)/);
    const { outcome } = await rollOutWith(world, wantedOf("1.0.0", "3f9c2ab"));
    expect(outcome).toMatchObject({ state: { phase: "promoted" } });
  });

  it("is of just one commit where the gate of breaking changes goes by what is said of it", async () => {
    const world = new World();
    const withBreaking = { ...options, gates: { ...gates, breaking: true } };
    const rollOutFrom = (commit?: string) =>
      drive(
        world,
        (service) => startRollout(service, `r-${commit ?? "unsaid"}`, wantedOf("1.0.0", commit)),
        withBreaking,
      );
    for (const by of ["bob", "carol"] as const) {
      const signer = { sign: (bytes: Buffer) => Promise.resolve(signatureOf(people[by], bytes)) };
      const said = { answer: "approve", reason: "", by: actorOf(by, "by") } as const;
      await drive(world, (service) => answer(service, wantedOf("1.0.0", "3f9c2ab"), said, signer), withBreaking);
    }
    await expect(rollOutFrom("4e8d1bc")).rejects.toThrow(/0 of 2 approvals; others are for another revision/);
    await expect(rollOutFrom()).rejects.toThrow(/0 of 2 approvals; others are for another revision/);
    expect((await rollOutFrom("3f9c2ab")).outcome).toMatchObject({ state: { phase: "promoted" } });
  });

  it("is used up by the rollout that it let in", async () => {
    const world = new World();
    await settle(world, "0.9.0");
    await say(world, "bob");
    await say(world, "carol");
    await rollOutWith(world, wantedOf("1.0.0"));
    await drive(world, goBackTo(), options);
    const lifted = { kind: "quarantineLifted", digest: digestFor("1.0.0"), reason: "fixed" } as const;
    await drive(world, ({ journal }) => journal.append(lifted));
    const again = () => drive(world, (service) => startRollout(service, "again", wantedOf("1.0.0")), options);
    await expect(again()).rejects.toThrow(/0 of 2 approvals; used up by an earlier rollout: bob, carol/);
  });

  it("is of no use once the service's settings or its plan are others", async () => {
    const world = new World();
    await say(world, "bob");
    await say(world, "carol");
    const { revision } = wantedOf("1.0.0");
    const memory = { ...revision, container: { ...revision.container, memoryMegabytes: 999 } };
    const shorter = { ...plan, watch: { ...plan.watch, seconds: 1 } };
    await expect(rollOutWith(world, { purpose: "rollout", revision: memory, plan })).rejects.toThrow(
      /another revision/,
    );
    await expect(rollOutWith(world, { purpose: "rollout", revision, plan: shorter })).rejects.toThrow(/another plan/);
  });

  it("that wouldn't count isn't taken", async () => {
    const world = new World();
    await expect(say(world, "bob", { key: people.carol })).rejects.toThrow("it is not signed by bob");
    await expect(say(world, "bob", { key: testKey() })).rejects.toThrow("by none of the 2 trusted keys");
    expect(world.ledger.entries).toEqual([]);
  });

  it("disturbs no driver that is at work", async () => {
    const world = new World();
    await say(world, "bob");
    await say(world, "carol");
    let said: Promise<unknown> | undefined;
    const { outcome } = await drive(world, (service) => startRollout(service, "r1", wantedOf("1.0.0")), {
      ...options,
      onCall: (call) => {
        if (call.endsWith("ask") && !said) said = say(world, "bob", { version: "2.0.0" });
      },
    });
    await said;
    expect(outcome).toMatchObject({ state: { phase: "promoted" } });
    expect(kinds(world).filter((kind) => kind === "answered")).toHaveLength(3);
  });
});

/** How many calls a driver makes until this says so, found in a world like the given one. */
async function callsTo(like: World, isThere: (call: string, world: World) => "before" | null): Promise<number> {
  const world = new World();
  await settle(world, ...like.ledger.entries.flatMap(({ event }) => (event.kind === "promoted" ? ["1.0.0"] : [])));
  let found = 0;
  await drive(world, rollOut("1.1.0"), {
    ...inStg,
    onCall: (call, count) => {
      if (found === 0 && isThere(call, world) === "before") found = count;
    },
  });
  return found - 1;
}
