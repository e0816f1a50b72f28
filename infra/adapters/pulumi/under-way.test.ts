import { expect, it } from "vitest";
import { underWay } from "./under-way.ts";

const container = "docker:index/container:Container";

type Event = Record<string, unknown>;

function metadata(name: string, { op = "create", type = container, custom = true } = {}): Event {
  const urn = `urn:pulumi:dev.org1.web::sluice::${type}::${name}`;
  return { op, urn, type, [op === "delete" ? "old" : "new"]: { custom } };
}

function following(...events: readonly Event[]): string {
  const { onEvent, inWords } = underWay();
  for (const event of events) onEvent({ sequence: 0, timestamp: 0, ...event });
  return inWords();
}

it("names what was begun and has neither an end nor a failure", () => {
  const words = following(
    { resourcePreEvent: { metadata: metadata("host-b-blue", { op: "delete" }) } },
    { resourcePreEvent: { metadata: metadata("host-b-green", { type: "sluice:docker:ServiceSlot", custom: false }) } },
    { resourcePreEvent: { metadata: metadata("host-c-green") } },
    { resourcePreEvent: { metadata: metadata("host-a-green") } },
    { resourcePreEvent: { metadata: metadata("host-b-green") } },
    { resOutputsEvent: { metadata: metadata("host-a-green") } },
    { resOpFailedEvent: { metadata: metadata("host-c-green"), status: 1, steps: 0 } },
  );
  expect(words).toBe("create of Container host-b-green, delete of Container host-b-blue");
});

it("names nothing that a preview only plans", () => {
  expect(following({ resourcePreEvent: { metadata: metadata("host-a-green"), planning: true } })).toBe("");
});
