import { describe, expect, it } from "vitest";
import { type Diagnosis, readVersion, renderJson, renderTable } from "./doctor.ts";

const diagnosis: Diagnosis = {
  cache: "/cache",
  parts: [
    {
      ...{ name: "Node", neededBy: "everything", state: "found", version: "24.9.0" },
      ...{ path: "/cache/node", source: "npm registry" },
    },
    { name: "busybox", neededBy: "load", state: "missing", fix: "apt-get install busybox", optional: false },
  ],
};

describe("readVersion", () => {
  it.each([
    ["nginx version: nginx/1.22.1", "1.22.1"],
    ["OpenSSH_9.2p1 Debian-2", "9.2p1"],
    ["postgres (PostgreSQL) 15.14 (Debian)", "15.14"],
    ["usage: thing <file>", "unknown"],
  ])("reads %s", (output, version) => {
    expect(readVersion(output)).toBe(version);
  });
});

describe("the renderers", () => {
  it("shows every part in a table, the missing one with the way to get it", () => {
    const rows = renderTable(diagnosis)
      .split("\n")
      .filter((line) => /Node|busybox|cache:/.test(line))
      .map((line) =>
        line
          .split("│")
          .map((cell) => cell.trim())
          .filter((cell) => cell !== ""),
      );
    expect(rows).toEqual([
      ["Node", "24.9.0", "npm registry", "/cache/node", "everything"],
      ["busybox", "missing", "apt-get install busybox", "load"],
      ["cache: /cache"],
    ]);
  });

  it("gives the same as JSON", () => {
    expect(JSON.parse(renderJson(diagnosis))).toEqual(diagnosis);
  });
});
