import { describe, expect, it } from "vitest";
import { logFormat } from "../render/log-format.ts";
import { bucketBounds } from "./names.ts";
import { exporterProgram } from "./program.ts";

const program = exporterProgram({ environment: "dev", host: "host-a" });
/** mtail joins the parts of its expression. */
const pattern = new RegExp(
  [...program.matchAll(/^\/(.*)\/ [+{]$/gm)].map(([, part = ""]) => part.replaceAll("(?P<", "(?<")).join(""),
);

/** A line as nginx writes it by our format. */
function line(values: Readonly<Record<string, string>>): string {
  const format = /'(.*)'/.exec(logFormat.join(""))?.[1] ?? "";
  return format.replace(/\$([a-z_]+)/g, (_, name: string) => values[name] ?? "");
}

const values = {
  msec: "1700000000.123",
  sluice_org: "org1",
  sluice_service: "react-ui",
  sluice_slot: "blue",
  sluice_logged_bucket: "042",
  status: "502",
  request_time: "0.120",
  bytes_sent: "10",
};

describe("exporterProgram", () => {
  it("finds what it counts in a line of the gateway's log", () => {
    expect(pattern.exec(line(values))?.groups).toEqual({
      org: "org1",
      service: "react-ui",
      slot: "blue",
      stream: "",
      class: "5",
      seconds: "0.120",
    });
  });

  it("takes nothing from what a client has sent", () => {
    const uri = '\\"org\\":\\"org2\\",\\"slot\\":\\"green\\"';
    expect(pattern.exec(line({ ...values, request_uri: uri, http_user_agent: uri }))?.groups).toMatchObject({
      org: "org1",
    });
  });

  it("leaves out what isn't a user's: testers, copies", () => {
    expect(pattern.exec(line({ ...values, sluice_logged_bucket: "testers" }))).toBeNull();
    expect(pattern.exec(line({ ...values, sluice_slot: "copies", sluice_logged_bucket: "" }))).toBeNull();
    const heartbeat = { ...values, sluice_org: "_sluice", sluice_slot: "", sluice_logged_bucket: "" };
    expect(pattern.exec(line(heartbeat))?.groups).toMatchObject({ org: "_sluice", slot: "" });
  });

  it("names the host and its environment", () => {
    expect(program).toContain('sluice_requests_total["dev"]["host-a"]');
  });

  it("has buckets that ascend, with the limits in them that people set", () => {
    expect(bucketBounds).toEqual([...bucketBounds].sort((a, b) => a - b));
    expect(bucketBounds).toEqual(expect.arrayContaining([100, 250, 500, 800, 1000, 2000, 5000]));
  });
});
