import { createHash } from "node:crypto";
import { get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

/** A download of 32 chunks of 16 KiB that takes so long; resolves with the SHA-256 of what came. */
export async function slowDownload(gateway: string, seconds: number): Promise<string> {
  const answer = await fetch(`${gateway}/api/download?seconds=${seconds}&chunks=32`);
  if (answer.status !== 200) throw new Error(`the download answers ${answer.status}`);
  return sha256(Buffer.from(await answer.arrayBuffer()));
}

/** What such a download must be. */
export const wholeDownload = sha256(Buffer.alloc(32 * 16_384, Buffer.alloc(16_384, "sluice ")));

function sha256(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

/** An open WebSocket that says something now and then and expects to hear it again. */
export interface Talk {
  /** Ends the talk; what was said, what was heard, and whether the other side had ended it before. */
  end(): Promise<{ readonly said: number; readonly heard: number; readonly cut: boolean }>;
}

export async function talk(gateway: string): Promise<Talk> {
  const socket = new WebSocket(`${gateway.replace("http", "ws")}/api/socket`);
  let [said, heard, cut] = [0, 0, false];
  await new Promise<void>((resolve, reject) => {
    socket.onopen = () => resolve();
    socket.onerror = () => reject(new Error("the WebSocket could not be opened"));
  });
  socket.onmessage = ({ data }) => void (String(data).includes("word ") && heard++);
  socket.onclose = () => (cut = true);
  const timer = setInterval(() => {
    if (cut) return;
    socket.send(`word ${said}`);
    said++;
  }, 100);
  return {
    end: async () => {
      clearInterval(timer);
      for (let tries = 0; heard < said && !cut && tries < 50; tries++) await sleep(20);
      const result = { said, heard, cut };
      socket.close();
      return result;
    },
  };
}

/** Status and body of one request on a connection of its own. */
export function ask(url: string): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false }, (answer) => {
      let body = "";
      answer.on("data", (chunk: Buffer) => (body += chunk.toString()));
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, body }));
      answer.on("error", reject);
    }).on("error", reject);
  });
}
