import { describe, expect, it } from "vitest";
import { findings } from "../testing/sample.ts";
import { latencyBelowTimeout } from "./latency-below-timeout.ts";

const service = "org1/react-ui";

describe(latencyBelowTimeout.name, () => {
  it("accepts a limit just below", () => {
    expect(findings(latencyBelowTimeout, { services: { [service]: { health: { timeoutSeconds: 2.001 } } } })).toEqual(
      [],
    );
  });

  it("accepts no check of performance", () => {
    expect(
      findings(latencyBelowTimeout, { services: { [service]: { health: { timeoutSeconds: 1, performance: false } } } }),
    ).toEqual([]);
  });

  it("refuses a limit that is never reached", () => {
    expect(findings(latencyBelowTimeout, { services: { [service]: { health: { timeoutSeconds: 2 } } } })).toEqual([
      "services.org1/react-ui.health.performance.maxLatencyMilliseconds: expected less than health.timeoutSeconds (2 s), found 2000",
    ]);
  });
});
