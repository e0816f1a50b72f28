import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { expect, it } from "vitest";
import { changeCollector, isUnchanged } from "./changes.ts";

const urn = (name: string) => `urn:pulumi:dev::sluice::docker:index/container:Container::${name}`;

function before(op: string, name: string, more: Record<string, unknown> = {}): EngineEvent {
  const metadata = { op, urn: urn(name), type: "docker:index/container:Container", ...more };
  return { sequence: 0, timestamp: 0, resourcePreEvent: { metadata } } as unknown as EngineEvent;
}

it("collects each resource once, in order, with the names of what differs and never a value", () => {
  const { onEvent, changes } = changeCollector();
  onEvent(before("same", "kept"));
  onEvent(before("delete-replaced", "b", { diffs: ["envs"] }));
  onEvent(before("replace", "b", { diffs: ["envs"], detailedDiff: { "envs[1]": {}, "labels[0].value": {} } }));
  onEvent(before("create", "a"));
  onEvent({
    sequence: 1,
    timestamp: 0,
    summaryEvent: { resourceChanges: { create: 1, replace: 1, same: 1 } },
  } as unknown as EngineEvent);
  const type = "docker:index/container:Container";
  expect(changes()).toEqual({
    summary: { create: 1, replace: 1, same: 1 },
    resources: [
      { operation: "create", type, name: "a", urn: urn("a"), properties: [] },
      { operation: "replace", type, name: "b", urn: urn("b"), properties: ["envs", "labels"] },
    ],
  });
});

it.each([
  [{ same: 3 }, true],
  [{ same: 3, read: 1, update: 0 }, true],
  [{}, true],
  [{ same: 3, update: 1 }, false],
  [{ delete: 1 }, false],
])("sees whether %j leaves everything as it is: %s", (summary, unchanged) => {
  expect(isUnchanged(summary)).toBe(unchanged);
});
