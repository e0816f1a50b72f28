import { describe, expect, it } from "vitest";
import { actorOf } from "./actor.ts";
import { InputError } from "./errors.ts";

describe("who acts", () => {
  it.each([
    ["alice", "alice"],
    [" alice\n", "alice"],
    ["dependabot[bot]", "dependabot[bot]"],
    ["Jörg Müller", "Jörg Müller"],
    ["DOMAIN\\alice", "DOMAIN\\alice"],
  ])("is %j as %j", (name, actor) => {
    expect(actorOf(name, "SLUICE_ACTOR")).toBe(actor);
  });

  it.each([
    ["", "expected who acts, found nothing"],
    [" \t", "expected who acts, found nothing"],
    ["a".repeat(201), "expected 200 characters at most"],
    ["ali\u0000ce", "expected a name that can be read, found control or invisible characters"],
    ["ali\u200bce", "expected a name that can be read, found control or invisible characters"],
    ["alice\nbob", "expected a name that can be read, found control or invisible characters"],
    ["ali\ud800ce", "expected a name that can be read, found control or invisible characters"],
  ])("isn't %j", (name, message) => {
    expect(() => actorOf(name, "SLUICE_ACTOR")).toThrow(
      new InputError("Nobody can tell who acts:", [{ key: "SLUICE_ACTOR", message }]),
    );
  });
});
