import { describe, expect, it } from "vitest";
import { judge, UNKNOWN } from "../testing/judge.ts";
import { ROUTE } from "../types.ts";
import { routeAddresses as rule } from "./route-addresses.ts";

const given = { type: "command:remote:Command", within: ROUTE };
const expected = "a loopback address and a port, e.g. 127.0.0.1:20000";
const upstreams = (...servers: string[]) => ({
  stdin: ["server {", ...servers.map((server) => `  server ${server} max_fails=0;`), "}"].join("\n"),
});

describe(rule.name, () => {
  it.each([[["127.0.1.1:3101", "127.0.1.1:3102"]], [["[::1]:1", "127.0.0.1:65535"]]])("accepts %j", async (servers) => {
    expect(await judge(rule, upstreams(...servers), given)).toBe("passes");
  });

  it.each(["10.0.0.7:3102", "web.example.com:3102", "localhost:3102", "127.0.0.1", "127.0.0.1:0", "unix:/run/web"])(
    "refuses %s",
    async (server) => {
      expect(await judge(rule, upstreams("127.0.0.1:1", server), given)).toEqual([
        `stdin: server ${server} | ${expected}`,
      ]);
    },
  );

  it("refuses a route without both slots, and one that isn't known yet", async () => {
    expect(await judge(rule, {}, given)).toEqual([`stdin: 0 servers | two slots, each ${expected}`]);
    expect(await judge(rule, { stdin: UNKNOWN }, given)).toEqual([expect.stringMatching(/^stdin: a value unknown/)]);
  });

  it("does not judge other commands", async () => {
    expect(await judge(rule, { stdin: UNKNOWN }, { type: given.type })).toMatch(/^not asked/);
  });
});
