import { describe, expect, it } from "vitest";
import { findings } from "../testing/sample.ts";
import { leaseOutlivesLook } from "./lease-outlives-look.ts";

const service = "org1/react-ui";

describe(leaseOutlivesLook.name, () => {
  it("accepts a look just before the end", () => {
    expect(
      findings(leaseOutlivesLook, {
        services: { [service]: { strategy: { leaseTicks: 2, watch: { intervalSeconds: 19.5 } } } },
      }),
    ).toEqual([]);
  });

  it("refuses a look as the lease ends", () => {
    expect(
      findings(leaseOutlivesLook, {
        services: { [service]: { strategy: { leaseTicks: 5, tickSeconds: 1, watch: { intervalSeconds: 5 } } } },
      }),
    ).toEqual([
      "services.org1/react-ui.strategy.watch.intervalSeconds: expected less than the lease (leaseTicks 5 x tickSeconds 1 = 5 s), found 5",
    ]);
  });
});
