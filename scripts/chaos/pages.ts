import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Notice } from "../../infra/model/notice.ts";

export interface Pages {
  readonly url: string;
  /** What came since the last call, as a webhook gets it. */
  take(): readonly Notice[];
  stop(): Promise<void>;
}

/** A webhook on loopback that somebody's pager would be behind. */
export async function startPages(block: string): Promise<Pages> {
  const notices: Notice[] = [];
  const server = createServer((request, answer) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      notices.push((JSON.parse(text) as { readonly data: Notice }).data);
      answer.end();
    });
  });
  await new Promise<void>((listening) => server.listen(0, `${block}.9`, listening));
  return {
    url: `http://${block}.9:${(server.address() as AddressInfo).port}/`,
    take: () => notices.splice(0),
    stop: () => new Promise((stopped) => server.close(() => stopped())),
  };
}
