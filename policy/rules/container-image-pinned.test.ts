import { describe, expect, it } from "vitest";
import { GATEWAY } from "../types.ts";
import { judge, UNKNOWN } from "../testing/judge.ts";
import { containerImagePinned as rule } from "./container-image-pinned.ts";

const digest = `sha256:${"a1".repeat(32)}`;
const expected = "repository@sha256:<64 hex digits>, and no tag latest beside it";

describe(rule.name, () => {
  it.each([
    `ghcr.io/acme/api@${digest}`,
    `127.0.0.1:5000/api@${digest}`,
    `acme/api:1.4.2@${digest}`,
    `acme/latest@${digest}`,
  ])("accepts %s", async (image) => {
    expect(await judge(rule, { image })).toBe("passes");
  });

  it.each([
    "acme/api",
    "acme/api:1.4.2",
    "acme/api:latest",
    "acme/api@sha256:abc",
    `acme/api@${digest}x`,
    `acme/api:latest@${digest}`,
  ])("refuses %s", async (image) => {
    expect(await judge(rule, { image })).toEqual([`image: ${image} | ${expected}`]);
  });

  it("refuses a container without an image, and one whose image isn't known yet", async () => {
    expect(await judge(rule, {})).toEqual([`image: none | ${expected}`]);
    expect(await judge(rule, { image: UNKNOWN })).toEqual([
      "image: a value unknown at preview | one that is known before anything changes: not made from another resource's outputs",
    ]);
  });

  it("leaves out the gateway of the local environment alone", async () => {
    const properties = { image: "127.0.0.1:25000/sluice/nginx:local" };
    expect(await judge(rule, properties, { within: GATEWAY, stack: "local" })).toMatch(/^not asked: the local/);
    expect(await judge(rule, properties, { within: GATEWAY, stack: "prod" })).toHaveLength(1);
    expect(await judge(rule, properties, { stack: "local" })).toHaveLength(1);
    const config = { allowances: [] };
    expect(await judge(rule, properties, { within: GATEWAY, stack: "local", config })).toHaveLength(1);
  });

  it("does not judge other resources", async () => {
    expect(await judge(rule, {}, { type: "docker:index/network:Network" })).toMatch(/^not asked/);
  });
});
