import { execFile } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { isGone, thisProcess } from "./this-process.ts";

describe("this process", () => {
  it("is named for people, and never again", () => {
    const me = thisProcess("alice");
    expect(me.who).toMatch(new RegExp(`^alice on .+, process ${process.pid}$`));
    expect(thisProcess("alice").id).not.toBe(me.id);
    expect(isGone(me)).toBe(false);
  });

  it("is gone once it has ended; of another machine's nobody knows", async () => {
    const child = execFile(process.execPath, ["-e", ""]);
    await once(child, "exit");
    const ended = { ...thisProcess("alice"), pid: child.pid ?? 0 };
    expect(isGone(ended)).toBe(true);
    expect(isGone({ ...ended, machine: "another pid:[1]" })).toBe(false);
  });
});
