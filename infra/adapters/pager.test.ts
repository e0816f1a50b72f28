import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SecretReference } from "../model/settings/secret.ts";
import { pagerBy } from "./pager.ts";

let server: Server;
let base: string;
let got: { readonly path: string; readonly body: unknown }[];
/** Status of the next answers; 202 when there are no more. */
let answers: number[];

beforeEach(async () => {
  got = [];
  answers = [];
  server = createServer((request, answer) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      got.push({ path: request.url ?? "", body: JSON.parse(text) as unknown });
      answer.statusCode = answers.shift() ?? 202;
      answer.end("no");
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => new Promise((closed) => server.close(closed)));

const routingKey: SecretReference = { secret: { env: "KEY" } };
const resolve = () => Promise.resolve("r0uting");
const page = { key: "k", summary: "a rollback is stranded", details: "what to do" };

describe("PagerDuty", () => {
  it("gets an event that triggers one incident, and one that resolves it", async () => {
    const pager = pagerBy({ kind: "pagerduty", routingKey, url: `${base}/` }, resolve, "sluice prod");
    await pager.page({ ...page, summary: "s".repeat(2_000) });
    await pager.resolve("k");
    expect(got).toEqual([
      {
        path: "/v2/enqueue",
        body: {
          routing_key: "r0uting",
          event_action: "trigger",
          dedup_key: "k",
          payload: {
            summary: "s".repeat(1_024),
            source: "sluice prod",
            severity: "critical",
            custom_details: { what_to_do: "what to do" },
          },
        },
      },
      { path: "/v2/enqueue", body: { routing_key: "r0uting", event_action: "resolve", dedup_key: "k" } },
    ]);
  });

  it("is asked again when it fails, and not for ever", async () => {
    const pager = pagerBy({ kind: "pagerduty", routingKey, url: base }, resolve, "sluice prod");
    answers = [500, 429];
    await pager.page(page);
    expect(got).toHaveLength(3);
    answers = [500, 500, 500];
    await expect(pager.page(page)).rejects.toThrow("it answers 500: no");
    expect(got).toHaveLength(6);
  });
});

it("a webhook gets what is so and what to do, and when it is over", async () => {
  const url: SecretReference = { secret: { env: "HOOK" } };
  const pager = pagerBy({ kind: "webhook", url }, () => Promise.resolve(`${base}/hook`), "sluice prod");
  await pager.page(page);
  await pager.resolve("k");
  expect(got.map(({ path }) => path)).toEqual(["/hook", "/hook"]);
  expect(got.map(({ body }) => body)).toEqual([
    { source: "sluice prod", status: "firing", ...page },
    { source: "sluice prod", status: "resolved", key: "k" },
  ]);
});

it("without settings nobody is paged", async () => {
  const pager = pagerBy(undefined, resolve, "sluice prod");
  await pager.page(page);
  await pager.resolve("k");
  expect(got).toEqual([]);
});
