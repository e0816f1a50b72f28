import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createRequire } from "node:module";
import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { testNotice } from "../../driver/notices/notice.ts";
import type { Notice } from "../../model/notice.ts";
import { type NotifierSettings, notifierSettings } from "../../model/settings/notifications.ts";
import { secretsFrom } from "../secrets.ts";
import { notifiersBy } from "./index.ts";

interface Got {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly at: number;
}
type Answer = { readonly status: number; readonly headers?: Record<string, string>; readonly body?: unknown } | "hang";

let server: Server;
let base: string;
let got: Got[];
/** The next answers; when there are no more, what the vendor answers when all is well. */
let answers: Answer[];

const well: Record<string, Answer> = {
  "/api/chat.postMessage": { status: 200, body: { ok: true, channel: "C0123456789", ts: "1764000000.000100" } },
  "/api/v1/events": { status: 202, body: { status: "ok", event: { id: 1 } } },
};

beforeEach(async () => {
  [got, answers] = [[], []];
  server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      const path = request.url ?? "";
      const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
      got.push({ path, headers, text, at: performance.now() });
      const answer = answers.shift() ?? well[path] ?? { status: 202 };
      if (answer === "hang") return;
      response.writeHead(answer.status, { "content-type": "application/json", ...answer.headers });
      response.end(JSON.stringify(answer.body ?? { text: "no" }));
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.closeAllConnections();
  return new Promise((closed) => server.close(closed));
});

const values = {
  TOKEN: "xoxb-0123-abcdef",
  KEY: "r0utingkey0123456789",
  API_KEY: "dd-0123456789abcdef",
  SIGNING: `whsec_${Buffer.from("0123456789abcdef01234567").toString("base64")}`,
  PASSWORD: 'p4ss"w & rd<>',
};
const secret = (env: keyof typeof values | "HOOK") => ({ secret: { env } });
const never = new AbortController().signal;

const kinds = ["slack", "pagerduty", "datadog", "webhook"] as const;
type Kind = (typeof kinds)[number];

function settingsOf(kind: Kind): NotifierSettings {
  const written = {
    slack: { kind, token: secret("TOKEN"), channel: "C0123456789", url: `${base}/api/` },
    pagerduty: { kind, routingKey: secret("KEY"), url: base },
    datadog: { kind, apiKey: secret("API_KEY"), url: base },
    webhook: { kind, url: secret("HOOK"), signingSecret: secret("SIGNING") },
  };
  return notifierSettings.parse(written[kind]);
}

function notifierOf(kind: Kind, over: Record<string, string> = {}) {
  const secrets = secretsFrom({ ...values, HOOK: `${base}/hook/t0ken`, ...over });
  const [notifier] = notifiersBy({ it: settingsOf(kind) }, secrets, { patience: 1_000, pause: 50 });
  if (!notifier) throw new Error("no notifier");
  return { ...notifier, secrets };
}

const key = "sluice/prod/org1/react-ui/rollback";
const notice: Notice = {
  change: "rolledBack",
  environment: "prod",
  service: "org1/react-ui",
  rollout: "1-1-0-abcd",
  version: "1.1.0",
  strategy: "canary",
  at: "2026-01-02T03:04:05.000Z",
  by: "alice",
  summary: "org1/react-ui 1.1.0 in prod: rolled back, 1.0.0 serves all users",
  reason: "errors <!channel> & more\n```sooner",
  facts: [{ name: "Back after", value: "812 ms" }],
  next: ["What happened: sluice history prod org1/react-ui --rollout <id> ```"],
  incident: { action: "open", key },
  target: { purpose: "rollout", version: "1.1.0", digest: `sha256:${"a".repeat(64)}`, commit: null },
};

const formOf = ({ text }: Got) => Object.fromEntries(new URLSearchParams(text));
const jsonOf = ({ text }: Got) => JSON.parse(text) as Record<string, unknown>;
const last = (): Got => got.at(-1) ?? { path: "", headers: {}, text: "{}", at: 0 };

describe("Slack", () => {
  it("gets blocks in which nothing is markup, in the thread of the rollout", async () => {
    const { send } = notifierOf("slack");
    expect(await send(notice, null, never)).toBe("1764000000.000100");
    expect(await send(notice, "1.2", never)).toBe("1.2");
    const [first, second] = got.map(formOf);
    expect(got[0]).toMatchObject({
      path: "/api/chat.postMessage",
      headers: { authorization: "Bearer xoxb-0123-abcdef", "content-type": "application/x-www-form-urlencoded" },
    });
    expect(first).toMatchObject({ channel: "C0123456789", text: notice.summary, unfurl_links: "false" });
    expect(first).not.toHaveProperty("thread_ts");
    expect(second).toMatchObject({ thread_ts: "1.2", reply_broadcast: "true" });
    expect(JSON.parse(first?.["blocks"] ?? "")).toEqual([
      {
        type: "section",
        text: {
          type: "mrkdwn",
          text: `:leftwards_arrow_with_hook: *${notice.summary}*\n>errors &lt;!channel&gt; &amp; more\n>\`\`\`sooner`,
        },
      },
      { type: "section", fields: [{ type: "mrkdwn", text: "*Back after*\n812 ms" }] },
      {
        type: "section",
        text: {
          type: "mrkdwn",
          text: "*What to do*\n```What happened: sluice history prod org1/react-ui --rollout &lt;id&gt; '''```",
        },
      },
      {
        type: "context",
        elements: [
          { type: "mrkdwn", text: "prod · org1/react-ui · 1.1.0 · canary · by alice · 2026-01-02T03:04:05.000Z" },
        ],
      },
    ]);
  });

  it("keeps to Slack's limits, and cuts no escape in two", async () => {
    const long = "&".repeat(5_000);
    const facts = Array.from({ length: 12 }, () => ({ name: long, value: long }));
    await notifierOf("slack").send({ ...notice, summary: long, reason: long, facts, next: [long] }, null, never);
    const blocks = JSON.parse(formOf(last())["blocks"] ?? "") as {
      readonly text?: { readonly text: string };
      readonly fields?: readonly { readonly text: string }[];
    }[];
    const texts = blocks.flatMap(({ text }) => text?.text ?? []);
    const fields = blocks.flatMap((block) => block.fields ?? []).map(({ text }) => text);
    expect(Math.max(...texts.map(({ length }) => length))).toBeLessThanOrEqual(3_000);
    expect(fields).toHaveLength(10);
    expect(Math.max(...fields.map(({ length }) => length))).toBeLessThanOrEqual(2_000);
    for (const text of [...texts, ...fields]) expect(text).not.toMatch(/&(?!amp;|lt;|gt;)/);
  });

  it("that refuses is asked no more, and its word is told", async () => {
    answers = [{ status: 200, body: { ok: false, error: "channel_not_found" } }];
    await expect(notifierOf("slack").send(notice, null, never)).rejects.toThrow("it answers channel_not_found");
    expect(got).toHaveLength(1);
  });

  it("that fails for a moment is asked again", async () => {
    answers = [{ status: 200, body: { ok: false, error: "internal_error" } }, { status: 503 }];
    expect(await notifierOf("slack").send(notice, null, never)).toBe("1764000000.000100");
    expect(got).toHaveLength(3);
  });
});

describe("PagerDuty", () => {
  it("gets an event that opens an incident, and one that resolves it", async () => {
    const { send, wants } = notifierOf("pagerduty");
    expect(await send({ ...notice, summary: "s".repeat(2_000) }, null, never)).toBeNull();
    const closing: Notice = { ...notice, change: "promoted", incident: { action: "close", key } };
    expect([wants(notice), wants(closing), wants({ ...closing, incident: null })]).toEqual([true, true, false]);
    await send(closing, null, never);
    expect(got.map(({ path }) => path)).toEqual(["/v2/enqueue", "/v2/enqueue"]);
    expect(got.map(jsonOf)).toEqual([
      {
        routing_key: values.KEY,
        event_action: "trigger",
        dedup_key: key,
        payload: {
          summary: `${"s".repeat(1_023)}…`,
          source: "sluice prod",
          severity: "error",
          timestamp: notice.at,
          component: "org1/react-ui",
          group: "prod",
          class: "rolledBack",
          custom_details: {
            version: "1.1.0",
            strategy: "canary",
            by: "alice",
            reason: notice.reason,
            "Back after": "812 ms",
            what_to_do: notice.next[0],
          },
        },
      },
      { routing_key: values.KEY, event_action: "resolve", dedup_key: key },
    ]);
  });

  it("has a test's incident resolved at once", async () => {
    await notifierOf("pagerduty").send(testNotice("prod", "alice", notice.at, "oncall"), null, never);
    const incidents = got.map((one) => [jsonOf(one)["event_action"], jsonOf(one)["dedup_key"]]);
    expect(incidents).toEqual([
      ["trigger", "sluice/prod/test"],
      ["resolve", "sluice/prod/test"],
    ]);
  });
});

describe("Datadog", () => {
  it("gets an event as its client's own model reads it", async () => {
    expect(await notifierOf("datadog").send(notice, null, never)).toBeNull();
    expect(got[0]).toMatchObject({ path: "/api/v1/events", headers: { "dd-api-key": values.API_KEY } });
    const require = createRequire(import.meta.url);
    const { ObjectSerializer } =
      require("@datadog/datadog-api-client/dist/packages/datadog-api-client-v1/models/ObjectSerializer.js") as {
        readonly ObjectSerializer: { deserialize(data: unknown, type: string, format: string): object };
      };
    const read = ObjectSerializer.deserialize(jsonOf(last()), "EventCreateRequest", "");
    expect(read).not.toHaveProperty("_unparsed");
    expect(read).not.toHaveProperty("additionalProperties");
    expect(read).toMatchObject({
      title: notice.summary,
      alertType: "error",
      aggregationKey: "prod/org1/react-ui/1-1-0-abcd",
      dateHappened: Date.parse(notice.at) / 1000,
      tags: [
        "env:prod",
        "service:org1/react-ui",
        "version:1.1.0",
        "strategy:canary",
        "change:rolledBack",
        "by:alice",
        "source:sluice",
      ],
    });
    expect(jsonOf(last())["text"]).toContain("Back after: 812 ms\nWhat to do:\nWhat happened: sluice history");
  });
});

describe("a webhook", () => {
  it("is signed as Standard Webhooks says, each attempt with a time of its own and the same id", async () => {
    answers = [{ status: 500 }];
    await notifierOf("webhook").send(notice, null, never);
    expect(got).toHaveLength(2);
    expect(last().path).toBe("/hook/t0ken");
    for (const { text, headers } of got) {
      const read = new Webhook(values.SIGNING).verify(text, headers);
      expect(read).toEqual({ type: "rollout.rolledBack", timestamp: notice.at, data: notice });
    }
    expect(new Set(got.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
    const stale = { ...last().headers, "webhook-timestamp": "1764000000" };
    expect(() => new Webhook(values.SIGNING).verify(last().text, stale)).toThrow("too old");
    const other = { ...last().headers, "webhook-id": "msg_other" };
    expect(() => new Webhook(values.SIGNING).verify(last().text, other)).toThrow("No matching signature");
  });

  it("whose secret is none is not sent, and the secret isn't told", async () => {
    const sent = notifierOf("webhook", { SIGNING: "hunter2hunter2" }).send(notice, null, never);
    await expect(sent).rejects.toThrow("signingSecret: expected whsec_ and 24 to 64 bytes in base64");
    await expect(sent).rejects.not.toThrow("hunter2");
    expect(got).toEqual([]);
  });
});

describe.each(kinds)("%s", (kind) => {
  it("is left alone for as long as it asks for, then told", async () => {
    answers = [{ status: 429, headers: { "retry-after": "1" } }];
    await notifierOf(kind).send(notice, null, never);
    expect(got).toHaveLength(2);
    expect((got[1]?.at ?? 0) - (got[0]?.at ?? 0)).toBeGreaterThan(990);
  });

  it("is asked three times where it fails, and no more", async () => {
    answers = [{ status: 500 }, { status: 502 }, { status: 503 }];
    await expect(notifierOf(kind).send(notice, null, never)).rejects.toThrow(/^it answers 503/);
    expect(got).toHaveLength(3);
  });

  it("is asked once where it refuses", async () => {
    answers = [{ status: 403 }];
    await expect(notifierOf(kind).send(notice, null, never)).rejects.toThrow(/^it answers 403/);
    expect(got).toHaveLength(1);
  });

  it("that hangs is given up after its time, and told then", async () => {
    answers = ["hang"];
    const since = performance.now();
    await notifierOf(kind).send(notice, null, never);
    expect(got).toHaveLength(2);
    expect(performance.now() - since).toBeGreaterThan(1_000);
    expect(performance.now() - since).toBeLessThan(4_000);
  });

  it("that hangs is given up at once when that is asked for", async () => {
    answers = ["hang"];
    const stop = new AbortController();
    const sent = notifierOf(kind).send(notice, null, stop.signal);
    setTimeout(() => stop.abort(), 500);
    const since = performance.now();
    await expect(sent).rejects.toThrow("given up");
    expect(performance.now() - since).toBeLessThan(900);
  });

  it("that can't be reached is told about without its address", async () => {
    const notifier = notifierOf(kind);
    const { port } = server.address() as AddressInfo;
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
    const failed = await notifier.send(notice, null, never).then(String, String);
    expect(failed).toContain("it can't be reached (ECONNREFUSED)");
    expect(failed).not.toContain(String(port));
    server = createServer().listen(0);
  });

  it("that echoes what it got doesn't make a secret known", async () => {
    answers = [{ status: 403, body: [...Object.values(values), `${base}/hook/t0ken`] }];
    const failed = await notifierOf(kind).send(notice, null, never).then(String, String);
    expect(failed).toContain("it answers 403");
    expect(failed).not.toContain(ownSecret[kind]);
  });

  it("never gets the value of a secret, wherever it stands", async () => {
    const { send, secrets } = notifierOf(kind);
    await secrets.resolve(secret("PASSWORD"));
    const forms = [
      values.PASSWORD,
      encodeURIComponent(values.PASSWORD),
      Buffer.from(values.PASSWORD).toString("base64"),
    ];
    const texts = fc.tuple(fc.string(), fc.constantFrom(...forms), fc.string()).map((parts) => parts.join(""));
    const notices = fc.record({
      summary: texts,
      reason: texts,
      version: texts,
      by: texts,
      facts: fc.array(fc.record({ name: texts, value: texts }), { minLength: 1, maxLength: 3 }),
      next: fc.array(texts, { minLength: 1, maxLength: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(notices, async (over) => {
        await send({ ...notice, ...over }, null, never);
        const text = kind === "slack" ? Object.values(formOf(last())).join() : last().text;
        const plain = text
          .replaceAll("&amp;", "&")
          .replaceAll("&lt;", "<")
          .replaceAll("&gt;", ">")
          .replaceAll('\\"', '"');
        for (const form of forms) expect(plain).not.toContain(form);
        expect(plain).toContain("[secret]");
      }),
      { numRuns: 20 },
    );
  });
});

const ownSecret: Record<Kind, string> = {
  slack: values.TOKEN,
  pagerduty: values.KEY,
  datadog: values.API_KEY,
  webhook: "/hook",
};
