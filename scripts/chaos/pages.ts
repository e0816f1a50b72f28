import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** What somebody was paged for, as a webhook gets it. */
export interface Paged {
  readonly status: "firing" | "resolved";
  readonly key: string;
  readonly details?: string;
}

export interface Pages {
  readonly url: string;
  /** What came since the last call. */
  take(): readonly Paged[];
  stop(): Promise<void>;
}

/** A webhook on loopback that somebody's pager would be behind. */
export async function startPages(block: string): Promise<Pages> {
  const paged: Paged[] = [];
  const server = createServer((request, answer) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      paged.push(JSON.parse(text) as Paged);
      answer.end();
    });
  });
  await new Promise<void>((listening) => server.listen(0, `${block}.9`, listening));
  return {
    url: `http://${block}.9:${(server.address() as AddressInfo).port}/`,
    take: () => paged.splice(0),
    stop: () => new Promise((stopped) => server.close(() => stopped())),
  };
}
