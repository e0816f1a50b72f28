import { describe, expect, it } from "vitest";
import { connectionsReply, parseHostReply } from "./host-reply.ts";

describe("parseHostReply", () => {
  it("gives the parsed answer of a call that was done", () => {
    expect(parseHostReply(connectionsReply, '{"ok":true,"connections":3}\n')).toEqual({
      kind: "done",
      value: { ok: true, connections: 3 },
    });
  });

  it("keeps a refusal apart from everything that leaves the host's state unknown", () => {
    const reply = (kind: string) => parseHostReply(connectionsReply, `{"ok":false,"kind":"${kind}","message":"why"}`);
    expect(reply("refused")).toEqual({ kind: "refused", message: "why" });
    for (const kind of ["failed", "usage", "busy"]) expect(reply(kind)).toEqual({ kind: "failed", message: "why" });
  });

  it("says what was printed instead of an answer", () => {
    expect(parseHostReply(connectionsReply, "", "sh: sluice-host: not found\n")).toEqual({
      kind: "failed",
      message: "the host script answered no JSON: sh: sluice-host: not found",
    });
  });

  it("takes an answer of another shape for a failure", () => {
    const reply = parseHostReply(connectionsReply, '{"ok":true,"connections":-1}');
    expect(reply).toMatchObject({ kind: "failed" });
    expect(reply.kind === "failed" && reply.message).toContain("the host script's answer is not understood");
  });
});
