import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { ChatPostMessageArguments } from "@slack/web-api";
import { Webhook } from "standardwebhooks";
import type { Notice } from "../../../infra/model/notice.ts";

/** A message as Slack got it, and the `ts` that it gave it. */
export interface Posted {
  readonly ts: string;
  readonly text: string;
  readonly thread: string | undefined;
}

export interface Receivers {
  /** `http://127.0.80.9:41234` */
  readonly url: string;
  readonly posted: readonly Posted[];
  /** What came to the webhook with a signature that counts. */
  readonly notices: readonly Notice[];
  /** What was not as it must be, in words. */
  readonly wrong: readonly string[];
  stop(): Promise<void>;
}

export const botToken = "xoxb-e2e-0123456789";
export const signingSecret = `whsec_${Buffer.from("a secret of the e2e test").toString("base64")}`;

/**
 * Slack's `chat.postMessage` below /api/, a webhook that verifies what it gets at /hook, and at /hang one that never
 * answers. All on one address of the block.
 */
export async function startReceivers(block: string): Promise<Receivers> {
  const [posted, notices, wrong, seen]: [Posted[], Notice[], string[], Set<string>] = [[], [], [], new Set()];
  const slack = (request: IncomingMessage, text: string): object => {
    if (request.headers.authorization !== `Bearer ${botToken}`) return { ok: false, error: "invalid_auth" };
    const form = Object.fromEntries(new URLSearchParams(text)) as Partial<
      Record<keyof ChatPostMessageArguments, string>
    >;
    const { thread_ts: thread, blocks = "[]" } = form as { readonly thread_ts?: string; readonly blocks?: string };
    if (thread !== undefined && !posted.some(({ ts }) => ts === thread))
      return { ok: false, error: "thread_not_found" };
    if (!Array.isArray(JSON.parse(blocks))) return { ok: false, error: "invalid_blocks" };
    const ts = `1764000000.${String(posted.length + 1).padStart(6, "0")}`;
    posted.push({ ts, thread, text: form["text" as keyof typeof form] ?? "" });
    return { ok: true, channel: "C0123456789", ts };
  };
  const hook = ({ headers }: IncomingMessage, text: string): void => {
    const id = String(headers["webhook-id"]);
    if (seen.has(id)) wrong.push(`${id} came twice`);
    seen.add(id);
    const read = new Webhook(signingSecret).verify(text, headers as Record<string, string>);
    notices.push((read as { readonly data: Notice }).data);
  };
  const server = createServer((request, answer) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      if (request.url === "/hang") return;
      try {
        if (request.url === "/hook") hook(request, text);
        const body = request.url === "/api/chat.postMessage" ? slack(request, text) : {};
        answer.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
      } catch (error) {
        wrong.push(String(error));
        answer.writeHead(400).end();
      }
    });
  });
  await new Promise<void>((listening) => server.listen(0, `${block}.9`, listening));
  return {
    url: `http://${block}.9:${(server.address() as AddressInfo).port}`,
    posted,
    notices,
    wrong,
    stop: () => {
      server.closeAllConnections();
      return new Promise((stopped) => server.close(() => stopped()));
    },
  };
}
