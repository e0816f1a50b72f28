import { describe, expect, it } from "vitest";
import { exceptionsInForce } from "./exceptions.ts";
import { urnOf } from "./testing/judge.ts";

const common = { rule: "container-user", reason: "until 2.0", approver: "ann", granted: "2026-12-01" };
const of = (resource: string, expires = "2027-01-31") => ({ ...common, resource, expires });
const everywhere = of("docker:index/container:Container::host-a-blue");
const inProd = of(urnOf({ stack: "prod.org1.web" }));
const inStg = of(urnOf({ stack: "stg" }));
const over = of(everywhere.resource, "2026-12-31");

describe("exceptions in force", () => {
  it("are those of the environment's stacks and of all stacks that haven't expired", () => {
    const all = [everywhere, inProd, inStg, over];
    expect(exceptionsInForce(all, "prod", "2027-01-31")).toEqual([everywhere, inProd]);
    expect(exceptionsInForce(all, "stg", "2026-12-31")).toEqual([everywhere, inStg, over]);
    expect(exceptionsInForce(all, "prod", "2027-02-01")).toEqual([]);
  });
});
