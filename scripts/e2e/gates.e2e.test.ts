import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { initLedger, openLedger } from "../../infra/adapters/ledger/index.ts";
import { signed, type TestKey, testKey } from "../../infra/gates/testing/keys.ts";
import { sampleDecision, sampleEvidence } from "../../infra/gates/testing/statements.ts";
import { revisionHash } from "../../infra/ledger/chain.ts";
import { digestOf } from "../../infra/model/release.ts";
import { weekdays } from "../../infra/model/settings/windows.ts";
import { service, type Stage, startStage } from "./testing/stage.ts";

const keys = { local: testKey(), before: testKey(), bob: testKey(), carol: testKey(), mallory: testKey() };
const people = ["bob", "carol"] as const;
const pem = (name: keyof typeof keys) => join(stage.world.folder, `${name}.pem`);

let stage: Stage;
beforeAll(async () => {
  stage = await startStage({ block: "127.0.90", port: 29_780, releases: { "1.0.0": null, "1.1.0": {} } });
  for (const [name, { privateKey }] of Object.entries(keys)) {
    writeFileSync(pem(name as keyof typeof keys), privateKey.export({ type: "pkcs8", format: "pem" }));
  }
  guard();
  const { code, stderr } = await stage.sluice(["up", "local"]);
  expect({ code, stderr }).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await stage?.stop();
});

/** From now on the environment signs, wants evidence of the environment before, two approvals, and asks the pack. */
function guard(): void {
  const { world } = stage;
  stage.write((settings) => {
    settings.signing = {
      key: { secret: { file: pem("local") } },
      trusted: { local: [keys.local.publicBase64], before: [keys.before.publicBase64] },
    };
    settings.gates = {
      promotion: { from: ["before"] },
      approval: { approvers: { bob: keys.bob.publicBase64, carol: keys.carol.publicBase64 } },
    };
    // Open for the test, and never again.
    const freeze = { from: dayIn(2), to: "2999-12-31", reason: "the test is over" };
    settings.gates.windows = {
      timeZone: "UTC",
      open: [{ days: [...weekdays], from: "00:00", to: "24:00" }],
      freezes: [freeze],
    };
    settings.pulumi = { policies: true };
    writeFileSync(join(world.config, "before.yaml"), stringify(before(settings), { aliasDuplicateObjects: false }));
  });
}

function before(local: object): object {
  const ledger = { kind: "sqlite", file: join(stage.world.folder, "before.db") };
  return { ...local, environment: "before", ledger, signing: false, gates: {} };
}

/** The environment before this one had a release healthy, as this key says. */
async function healthyBefore(version: string, key: TestKey): Promise<void> {
  const settings = { kind: "sqlite", file: join(stage.world.folder, "before.db") } as const;
  const resolve = () => Promise.reject(new Error("no secret is needed"));
  await initLedger(settings, new Date().toISOString(), resolve).catch(() => undefined);
  const ledger = await openLedger(settings, { resolve });
  const image = stage.images[version] ?? "";
  const rollout = `before-${version}`;
  const at = new Date().toISOString();
  const statement = sampleEvidence({ environment: "before", service, rollout, version, promotedAt: at });
  const subject = [{ name: image, digest: { sha256: digestOf(image).slice("sha256:".length) } }];
  try {
    for (const event of [
      { kind: "requested", rollout, purpose: "rollout", release: { version, image } },
      { kind: "attested", rollout, evidence: signed(key, { ...statement, subject }) },
    ] as const) {
      const stream = `before/${service}`;
      await ledger.append(stream, (await ledger.read(stream)).length + 1, event, "test", at);
    }
  } finally {
    await ledger.close();
  }
}

const answer = (how: "approve" | "reject", by: string, version: string, key = by, more: string[] = []) =>
  stage.sluice([how, "local", service, version, "--key", pem(key as keyof typeof keys), ...more], { SLUICE_ACTOR: by });

const gates = async (version: string) => {
  const { code, document } = await stage.sluice(["gates", "local", service, version]);
  const answers = document["gates"] as readonly { gate: string; allowed: boolean; reason: string }[];
  return { code, denied: answers.filter(({ allowed }) => !allowed).map(({ gate, reason }) => `${gate}: ${reason}`) };
};

/** As a person does at the checkout's root. */
const previewed = (flags: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<string> =>
  stage.world.shell(["preview", "-s", "local.org1.web", "--policy-pack", "policy", ...flags], { env });

/** An environment in which all of Node believes that it is this much later. */
function later(milliseconds: number): Readonly<Record<string, string>> {
  const file = join(stage.world.folder, "later.mjs");
  writeFileSync(
    file,
    `const Real = Date;
const by = ${milliseconds};
globalThis.Date = class extends Real {
  constructor(...args) {
    if (args.length === 0) super(Real.now() + by);
    else super(...args);
  }
  static now() {
    return Real.now() + by;
  }
};`,
  );
  return { NODE_OPTIONS: `--import=${pathToFileURL(file).href}` };
}

/** The date so many days from now. */
function dayIn(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}

/** Milliseconds from now to a Sunday three days off or more, three o'clock at night (UTC), and then some years. */
function toSundayNight(years: number): number {
  const then = new Date();
  then.setUTCFullYear(then.getUTCFullYear() + years, then.getUTCMonth(), then.getUTCDate() + 3);
  while (then.getUTCDay() !== 0) then.setUTCDate(then.getUTCDate() + 1);
  then.setUTCHours(3, 0, 0, 0);
  return then.getTime() - Date.now();
}

describe("a release", () => {
  it("stays out as long as anything is missing, and each gate says what", async () => {
    const digest = digestOf(stage.images["1.0.0"] ?? "");
    expect(await gates("1.0.0")).toMatchObject({
      code: 1,
      denied: [
        expect.stringMatching(/^promotion: before can't be asked: /) as string,
        'approval: 0 of 2 approvals; "sluice approve" by bob, carol',
      ],
    });
    await healthyBefore("1.0.0", keys.mallory);
    const forged = `promotion: before has no evidence that counts for ${digest}: its signature is by none of the 1 trusted keys, or it was changed since`;
    expect((await gates("1.0.0")).denied[0]).toBe(forged);
    await healthyBefore("1.0.0", keys.before);
    expect((await gates("1.0.0")).denied).toEqual(['approval: 0 of 2 approvals; "sluice approve" by bob, carol']);
    const ran = await stage.sluice(["rollout", "local", service, "1.0.0"]);
    expect(ran).toMatchObject({ code: 1, document: { error: { kind: "refused" } } });
    expect(await stage.world.containers(0)).not.toHaveProperty("sluice.local.host-a.org1.web.blue");
  });

  it("comes in once people agreed, each by their own key", async () => {
    expect(await answer("approve", "bob", "1.0.0", "carol")).toMatchObject({
      code: 1,
      document: { error: { message: "this answer wouldn't count: it is not signed by bob" } },
    });
    for (const name of people) expect(await answer("approve", name, "1.0.0")).toMatchObject({ code: 0 });
    expect(await gates("1.0.0")).toEqual({ code: 0, denied: [] });
    expect(await answer("reject", "bob", "1.0.0", "bob", ["--reason", "not today"])).toMatchObject({ code: 0 });
    expect((await gates("1.0.0")).denied).toEqual(["approval: rejected by bob (not today)"]);
    expect(await answer("approve", "bob", "1.0.0")).toMatchObject({ code: 0 });
    const ran = await stage.sluice(["rollout", "local", service, "1.0.0"]);
    expect({ code: ran.code, stderr: ran.stderr }).toMatchObject({ code: 0 });
    const kinds = (await stage.entries()).map(({ event }) => event.kind);
    expect(kinds.filter((kind) => kind === "decided" || kind === "attested")).toEqual(["decided", "attested"]);
  });

  it("is declarable from a shell from then on, under the pack", async () => {
    expect(await previewed(["--expect-no-changes"])).not.toContain("[mandatory]");
    const digest = digestOf(stage.images["1.0.0"] ?? "");
    expect(await stage.sluice(["evidence", "show", "local", service])).toMatchObject({
      code: 0,
      document: {
        evidence: [
          {
            reason: null,
            statement: { subject: [{ digest: { sha256: digest.slice(7) } }], predicate: { version: "1.0.0" } },
          },
        ],
      },
    });
  });

  it.each([0, 1])("is declarable on a Sunday night %i years from now: windows are for rollouts", async (years) => {
    const env = later(toSundayNight(years));
    const { document } = await stage.sluice(["gates", "local", service, "1.1.0"], env);
    expect(document["gates"]).toContainEqual(expect.objectContaining({ gate: "windows", allowed: false }));
    expect(await previewed(["--expect-no-changes"], env)).not.toContain("[mandatory]");
    const exceptional = { ...env, SLUICE_POLICY_CONFIG: expiring() };
    const refused = previewed([], exceptional);
    if (years === 0) expect(await refused).not.toContain("[mandatory]");
    else await expect(refused).rejects.toThrow("the exception that ann approved (until 2.0) expired on");
  });

  it("isn't let in by what people said of another one", async () => {
    await healthyBefore("1.1.0", keys.before);
    expect((await gates("1.1.0")).denied).toEqual(['approval: 0 of 2 approvals; "sluice approve" by bob, carol']);
  });
});

/** A configuration of the pack that what runs keeps to by exceptions alone, which end in a month. */
function expiring(): string {
  const file = join(stage.world.folder, "expiring.yaml");
  const expires = dayIn(30);
  const exceptions = ["host-a-blue", "host-b-blue"].flatMap((name) =>
    ["container-health-check", "container-limits"].map((rule) => ({
      rule,
      resource: `docker:index/container:Container::${name}`,
      reason: "until 2.0",
      approver: "ann",
      granted: dayIn(0),
      expires,
    })),
  );
  writeFileSync(file, stringify({ rules: { "container-limits": { maxCpus: 0.1 } }, exceptions }));
  return file;
}

describe("a slot that somebody fills past the gates", () => {
  const filled = async (decision?: { readonly key: TestKey; readonly environment: string; readonly image: string }) => {
    const { world } = stage;
    const last = (await stage.entries()).findLast(({ event }) => event.kind === "filled")?.event;
    if (last?.kind !== "filled") throw new Error("nothing was filled");
    const image = stage.images["1.1.0"] ?? "";
    const revision = { ...last.revision, release: { version: "1.1.0", image } };
    const hash = revisionHash(revision);
    if (decision) {
      const { key, environment } = decision;
      const said = sampleDecision({ environment, service, revision: hash });
      const subject = [{ name: "web", digest: { sha256: digestOf(decision.image).slice("sha256:".length) } }];
      await world.append({
        kind: "decided",
        rollout: "past",
        revisionHash: hash,
        decision: signed(key, { ...said, subject }),
      });
    }
    await world.append({ kind: "filled", rollout: "past", slot: "green", revision, revisionHash: hash });
  };

  it.each<
    [string, () => { readonly key: TestKey; readonly environment: string; readonly image: string } | undefined, string]
  >([
    ["without a decision", () => undefined, "decision: expected"],
    [
      "with a forged one",
      () => ({ key: keys.mallory, environment: "local", image: stage.images["1.1.0"] ?? "" }),
      "none of the 1 trusted keys",
    ],
    [
      "with another environment's",
      () => ({ key: keys.local, environment: "before", image: stage.images["1.1.0"] ?? "" }),
      "it is for environment before, not local",
    ],
    [
      "with another image's",
      () => ({ key: keys.local, environment: "local", image: stage.images["1.0.0"] ?? "" }),
      "it is for digest",
    ],
  ])(
    "%s is refused at preview, from a shell and by the driver, and nothing is changed",
    async (_what, decision, said) => {
      const running = await stage.world.containers(0);
      await filled(decision());
      await expect(previewed()).rejects.toThrow("[mandatory]  slot-decided  ");
      const { code, stderr } = await stage.sluice(["up", "local", service]);
      expect(code).toBe(1);
      expect(stderr).toContain("The policy refuses stack local.org1.web; nothing was changed:");
      expect(stderr).toContain("slot-decided: host-a-green");
      expect(stderr).toContain(said);
      expect(await stage.world.containers(0)).toEqual(running);
    },
  );

  it("is brought up once the gates' decision is there", async () => {
    await filled({ key: keys.local, environment: "local", image: stage.images["1.1.0"] ?? "" });
    const { code, stderr } = await stage.sluice(["up", "local", service]);
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(await stage.world.containers(0)).toHaveProperty("sluice.local.host-a.org1.web.green");
  });
});
