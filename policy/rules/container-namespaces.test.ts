import { describe, expect, it } from "vitest";
import { judge } from "../testing/judge.ts";
import { containerNamespaces as rule } from "./container-namespaces.ts";

describe(rule.name, () => {
  it.each([{}, { pidMode: "", ipcMode: "" }, { ipcMode: "private" }, { ipcMode: "none" }])(
    "accepts %j",
    async (one) => {
      expect(await judge(rule, one)).toBe("passes");
    },
  );

  it.each<[object, string[]]>([
    [{ pidMode: "host" }, ["pidMode: host | one of its own: not set"]],
    [{ pidMode: "container:gateway" }, ["pidMode: container:gateway | one of its own: not set"]],
    [{ ipcMode: "host" }, ["ipcMode: host | one of its own: not set, private or none"]],
    [{ ipcMode: "container:x" }, ["ipcMode: container:x | one of its own: not set, private or none"]],
  ])("refuses %j", async (properties, violations) => {
    expect(await judge(rule, properties)).toEqual(violations);
  });
});
