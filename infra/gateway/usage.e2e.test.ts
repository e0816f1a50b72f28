import { afterAll, expect, it } from "vitest";
import { gatewayPaths } from "./paths.ts";
import { TestHost } from "./testing/host.ts";

const host = new TestHost("127.0.93.1", 29399);

afterAll(() => host.stop());

it.each([
  ["service-init", "org1"],
  ["service-init", "org1.react-ui", "5", "3"],
  ["rotate-logs", "x", "1"],
  ["apply", "../base"],
  ["settle", "org1.react-ui", "x", "blue"],
  ["settle", "org1.react-ui", "-1", "blue"],
  ["settle", "../org1.react-ui", "1", "blue"],
  ["settle", "org1", "1", "blue"],
  ["settle", "org1.react-ui", "1", "red"],
  ["lease", "org1.react-ui", "1", "../r", "green", "10"],
  ["lease", "org1.react-ui", "1", "r", "green", "0.0"],
  ["lease", "org1.react-ui", "1", "r", "green", "copies-0"],
  ["lease", "org1.react-ui", "1", "r", "green", "copies-copies-10"],
  ["lease", "org1.react-ui", "1", "r", "green", "testers"],
  ["lease", "org1.react-ui", "1", "r", "green", "10.0"],
  ["lease", "org1.react-ui", "1", "r", "green", "101"],
  ["prepare", "org1.react-ui", "1", "r", "green", "10"],
  ["clear", "org1.react-ui"],
  ["connections", "localhost:80"],
  ["observe", "org1.react-ui", "$(id)"],
  ["unheard-of"],
  [],
])("wrong use is told apart: %s %s %s %s %s %s", async (...words) => {
  const { code, reply } = await host.try({ argv: [gatewayPaths(host.root).script, ...words] });
  expect([code, reply.kind]).toEqual([2, "usage"]);
});

it("a call for an unknown service fails, and says what comes first", async () => {
  expect(await host.try(host.calls.state("org1/react-ui"))).toMatchObject({
    code: 1,
    reply: { ok: false, kind: "failed", message: "org1.react-ui isn't known on this host: service-init comes first" },
  });
});
