import { describe, expect, it } from "vitest";
import { findings } from "../testing/sample.ts";
import { upOutlastsContainers } from "./up-outlasts-containers.ts";

const service = "org1/react-ui";
const told = (upSeconds: number, container: Record<string, unknown>) =>
  findings(upOutlastsContainers, { pulumi: { upSeconds }, services: { [service]: { container } } });
const healthcheck = { command: ["true"], intervalSeconds: 5, timeoutSeconds: 3, retries: 5, startSeconds: 10 };

describe(upOutlastsContainers.name, () => {
  it("accepts the defaults", () => {
    expect(findings(upOutlastsContainers)).toEqual([]);
  });

  it("accepts a second more than a container may take to end and the next one to be healthy", () => {
    expect(told(81, { stopSeconds: 30, healthcheck })).toEqual([]);
  });

  it("refuses what is cancelled every time", () => {
    const message = `pulumi.upSeconds: expected more than the 80 s that services.${service}.container (stopSeconds and healthcheck) may take, found 80`;
    expect(told(80, { stopSeconds: 30, healthcheck })).toEqual([message]);
  });

  it("counts a gateway that drains", () => {
    const hosts = { "host-a": { gateway: { drainSeconds: 1_800 } } };
    expect(findings(upOutlastsContainers, { hosts })).toEqual([
      "pulumi.upSeconds: expected more than the 1800 s that hosts.host-a.gateway.drainSeconds may take, found 1800",
    ]);
  });
});
