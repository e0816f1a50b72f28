import { describe, expect, it } from "vitest";
import { type Changes, PolicyError } from "../../infra/adapters/pulumi.ts";
import { reviewEach, reviewStack } from "./review-stack.ts";

const changes: Changes = { summary: { same: 3 }, resources: [] };
const stack = "prod.org1.web";
const refusal = new PolicyError(stack, ["container-user: no"], new Error("exit 255"));

/** An engine that answers so, and notes what it previews from. */
function engine(answer: Changes | Error) {
  const from: unknown[] = [];
  return {
    from,
    changes: (_stack: string, _stop?: AbortSignal, what?: unknown) => {
      from.push(what);
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  };
}

describe("a stack's review", () => {
  it.each<[string, Changes | Error, Changes | Error, object]>([
    ["its changes", changes, new Error("not asked"), { kind: "previewed", changes, violations: [] }],
    ["its failure", new Error("locked"), changes, { kind: "failed", reason: "locked" }],
    ["violations and changes", refusal, changes, { kind: "previewed", changes, violations: ["container-user: no"] }],
    [
      "violations, and the failure of the second preview",
      refusal,
      new Error("locked"),
      { kind: "refused", violations: ["container-user: no"], reason: "locked" },
    ],
  ])("has %s", async (_what, first, second, expected) => {
    const look = { guarded: engine(first), unguarded: engine(second), refresh: false };
    const { signal } = new AbortController();
    expect(await reviewStack(stack, { ...look, signal })).toEqual({ stack, ...expected });
  });

  it.each([
    [true, "refreshed"],
    [false, "state"],
  ])("with refresh %s previews twice from what is %s", async (refresh, from) => {
    const [guarded, unguarded] = [engine(refusal), engine(changes)];
    await reviewStack(stack, { guarded, unguarded, refresh, signal: new AbortController().signal });
    expect([guarded.from, unguarded.from]).toEqual([[from], [from]]);
  });
});

it("an environment that fails as a whole hides no other", async () => {
  const one = (name: string) => ({ kind: "previewed", stack: name, changes, violations: [] }) as const;
  const review = (name: string) =>
    name === "stg" ? Promise.reject(new Error("wrong settings")) : Promise.resolve([one(name)]);
  const failed = { kind: "failed", stack: "stg", reason: "wrong settings" };
  expect(await reviewEach(["dev", "stg", "uat"], review)).toEqual([one("dev"), failed, one("uat")]);
});
