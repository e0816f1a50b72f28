import { createServer, type Server } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { startLoad } from "../load/generator.ts";
import { summarize } from "../load/summary.ts";
import { startSlots } from "./direct.ts";
import { reload } from "./reload.ts";
import { runRounds } from "./run.ts";
import { sluice } from "./sluice.ts";

const place = { address: "127.0.98.30", port: 29_860 };
const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

/** Keeps what has to be stopped, whatever the test comes to. */
async function started<Part extends { stop(): Promise<void> }>(starting: Promise<Part>): Promise<Part> {
  const part = await starting;
  ends.push(() => part.stop());
  return part;
}

describe("the switch benchmark, small", () => {
  it("loses no request in Sluice's switches, and sees each of them end", async () => {
    await started(startSlots(place));
    const contestants = [await started(sluice(place)), await started(reload(place))];
    const entrants = contestants.map((contestant) => {
      return { name: contestant.name, contestant, requests: 900, switches: 3 };
    });
    const [ours, theirs] = await runRounds(entrants, { rounds: 1, ratePerSecond: 300 }, () => undefined);
    expect(ours?.failed).toEqual({ get: 0, post: 0, reasons: {} });
    expect(ours?.requests).toBeGreaterThanOrEqual(900);
    for (const result of [ours, theirs]) {
      expect(result?.seconds?.all.filter(Number.isFinite)).toHaveLength(3);
      expect(Math.min(result?.answered.blue ?? 0, result?.answered.green ?? 0)).toBeGreaterThan(0);
    }
  });

  it("says that a switch which moves nothing never ended", async () => {
    const slots = await started(startSlots(place));
    const contestant = {
      name: "stuck",
      how: "nothing",
      target: { host: place.address, port: place.port },
      switchTo: (_: unknown, begin: () => void) => Promise.resolve(begin()),
      cpuSeconds: () => 0,
      stop: () => slots.stop(),
    };
    const [result] = await runRounds(
      [{ name: "stuck", contestant, requests: 100, switches: 1 }],
      { rounds: 1, ratePerSecond: 200 },
      () => undefined,
    );
    expect(result?.seconds).toEqual({ median: Infinity, worst: Infinity, all: [Infinity] });
  });
});

describe("the load", () => {
  it("counts every request that is reset, is answered by nobody, or is answered wrongly", async () => {
    const { server, reset, refused } = await unreliable();
    ends.push(() => new Promise((resolve) => server.close(() => resolve())));
    const load = await startLoad({
      ...{ targets: [{ host: place.address, port: place.port + 9 }], path: "/", clients: 8, bodyBytes: 100 },
      ...{ ratePerSecond: 500, requests: 400 },
    });
    const { failed, requests, answered } = summarize(await load.finish());
    expect(reset()).toBeGreaterThan(10);
    expect(refused()).toBeGreaterThan(10);
    expect(failed.get + failed.post).toBe(reset() + refused());
    expect(failed.reasons["status 503"]).toBe(refused());
    expect(requests).toBe(answered.blue + failed.get + failed.post);
  });
});

/** Resets every 20th request, and answers every 20th with 503, once all users have had a first answer. */
async function unreliable(): Promise<{ server: Server; reset: () => number; refused: () => number }> {
  let seen = 0;
  let reset = 0;
  let refused = 0;
  const server = createServer((request, response) => {
    let bytes = 0;
    request.on("error", () => undefined);
    request.on("data", (chunk: Buffer) => (bytes += chunk.length));
    request.on("end", () => {
      const turn = ++seen > 20 ? seen % 20 : 1;
      if (turn === 0) {
        reset++;
        request.socket.resetAndDestroy();
      } else if (turn === 10) {
        refused++;
        response.writeHead(503).end();
      } else {
        response.end(`blue ${request.method} ${bytes}`);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(place.port + 9, place.address, resolve));
  return { server, reset: () => reset, refused: () => refused };
}
