import { describe, expect, it } from "vitest";
import { gatewayCommand, gatewayMounts, serviceFolder } from "./paths.ts";

describe("gateway paths", () => {
  it("mounts the persistent folder read-only at its own path, and what nginx writes apart from it", () => {
    expect(gatewayMounts("/datadisk")).toEqual([
      { folder: "/datadisk/sluice", readOnly: true },
      { folder: "/datadisk/sluice-logs", readOnly: false },
      { folder: "/datadisk/sluice-run", readOnly: false },
    ]);
  });

  it("keeps a service's marker and leases in one folder", () => {
    expect(serviceFolder("/datadisk", "org1/react-ui")).toBe("/datadisk/sluice/services/org1.react-ui");
  });

  it("starts nginx in the foreground from the live generation", () => {
    expect(gatewayCommand("/datadisk")).toEqual([
      "nginx",
      "-e",
      "stderr",
      "-c",
      "/datadisk/sluice/conf/live/nginx.conf",
      "-g",
      "daemon off;",
    ]);
  });
});
