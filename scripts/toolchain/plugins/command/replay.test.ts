import { describe, expect, it } from "vitest";
import { commandPlugin } from "./plugin.ts";
import { commandCalls, make, onWire } from "./testing/transcripts.ts";

const silent = { log: () => Promise.resolve(), status: () => Promise.resolve() };
const PURE = new Set(["CheckConfig", "DiffConfig", "Configure", "Check", "Diff", "Read"]);
const calls = commandCalls().filter(({ method, request }) => PURE.has(method) || request["preview"] === true);

describe("calls without effects are answered as the official plugin answered them", () => {
  const plugin = commandPlugin(silent);

  it("covers each method", () => {
    const methods = new Set(calls.map(({ method }) => method));
    expect([...methods].sort()).toEqual([...PURE, "Create", "Update"].sort());
    expect(calls.length).toBeGreaterThan(90);
  });

  for (const call of calls) {
    it(`${call.where} ${call.method}`, async () => {
      const answer = make(plugin, call);
      if (call.errors.length === 0) expect(onWire(await answer)).toEqual(onWire(call.response));
      else await expect(answer).rejects.toThrow(call.errors[0]!.replace(/^rpc error: code = \w+ desc = /, ""));
    });
  }
});
