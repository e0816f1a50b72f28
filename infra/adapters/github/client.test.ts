import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { githubClient } from "./client.ts";

const asked: string[] = [];
const server = createServer((request, response) => {
  asked.push(request.url ?? "");
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify({ data: {} }));
});
await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

describe("GitHub's GraphQL", () => {
  it("is where that of github.com is, or that of an Enterprise Server", async () => {
    for (const path of ["", "/api/v3", "/api/v3/"]) {
      await githubClient({ apiUrl: `${origin}${path}`, token: "ghp_test" }).graphql("query { viewer { login } }");
    }
    expect(asked).toEqual(["/graphql", "/api/graphql", "/api/graphql"]);
  });
});
