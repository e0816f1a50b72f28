import { describe, expect, it } from "vitest";
import { RefusedError } from "../../model/errors.ts";
import { engineFailure } from "./errors.ts";
import { policyViolations } from "./policy-violations.ts";

const report = [
  "code: 255",
  " stdout: Previewing update (dev):",
  " +  docker:index:Container web create",
  "Policies:",
  "    ❌ sluice@v0.1.0 (local: /srv/policy)",
  "        - [mandatory]  container-user  (docker:index/container:Container: web)",
  "          Containers run as a declared user that isn't root.",
  "          web (docker:index/container:Container): user: expected 1000, found root",
  "        - [advisory]  style  (docker:index/container:Container: web)",
  "          Names are short.",
  "        - [mandatory]  container-limits  (docker:index/container:Container: web)",
  "          Containers have limits.",
  "    ✅ other@v1.0.0 (local: /srv/other)",
  "",
  "Diagnostics:",
  "  pulumi:pulumi:Stack (sluice-dev):",
  "    error: preview failed",
  "",
  " stderr: ",
].join("\n");

describe("violations in the engine's report", () => {
  it("are those of mandatory policies, each with its rule", () => {
    expect(policyViolations(report)).toEqual([
      "container-user: web (docker:index/container:Container): user: expected 1000, found root",
      "container-limits: Containers have limits.",
    ]);
  });

  it("are none where there is no section of policies, or none of them is mandatory", () => {
    expect(policyViolations("Diagnostics:\n  - [mandatory]  x  (y: z)\n")).toEqual([]);
    expect(policyViolations(report.replaceAll("mandatory", "advisory"))).toEqual([]);
  });

  it("are a refusal that shows each of them, and says that nothing was changed", () => {
    const failure = engineFailure("preview", "dev", new Error(report));
    expect(failure).toBeInstanceOf(RefusedError);
    expect(failure.message.split("\n").slice(0, 2)).toEqual([
      "The policy refuses stack dev; nothing was changed:",
      "  container-user: web (docker:index/container:Container): user: expected 1000, found root",
    ]);
  });
});
