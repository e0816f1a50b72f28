import { Secret } from "@pulumi/policy";
import { describe, expect, it } from "vitest";
import { SecretsSeen } from "./secrets-seen.ts";
import { urnOf } from "./testing/judge.ts";

describe("secrets that were seen", () => {
  const seen = new SecretsSeen();
  const urn = urnOf({ name: "one" });
  seen.note(urn, {
    whole: new Secret("open sesame"),
    envs: new Secret(["HOST=127.0.0.1", "DB_PASSWORD=hunter2222"]),
    connection: { host: "h", privateKey: new Secret("key") },
    plain: "text",
  });

  it("are told by path, with all that is in them", () => {
    const marks = seen.marks(urn);
    expect(["whole", "envs", "envs.0", "connection.privateKey"].map((path) => marks?.isSecret(path))).toEqual(
      Array(4).fill(true),
    );
    expect(["plain", "connection", "connection.host", "envsX"].map((path) => marks?.isSecret(path))).toEqual(
      Array(4).fill(false),
    );
  });

  it("are remembered for other resources: of a list that is secret as a whole, what is named like a secret", () => {
    seen.note(urnOf({ name: "two" }), {});
    expect(seen.marks(urnOf({ name: "two" }))?.known).toEqual([
      { value: "open sesame", resource: "one", path: "whole" },
      { value: "hunter2222", resource: "one", path: "envs.1" },
      { value: "key", resource: "one", path: "connection.privateKey" },
    ]);
  });

  it("are unknown for a resource that nobody noted", () => {
    expect(seen.marks(urnOf({ name: "three" }))).toBeUndefined();
  });
});
