import { parentPort, workerData } from "node:worker_threads";
import { setTimeout as sleep } from "node:timers/promises";
import { type LoadOrder, type LoadRecords, monotonic, outcomes, type Target } from "./protocol.ts";
import { type Sent, User } from "./user.ts";

const order = workerData as LoadOrder;
let finishing = false;
const port = parentPort;
if (!port) throw new Error("this is a worker's program");
port.once("message", () => (finishing = true));

const users = Array.from({ length: order.clients }, (_, number) => {
  return new User(number, order.targets[number % order.targets.length] as Target, order.path, order.bodyBytes);
});
const first = await Promise.all(users.map((user) => user.send()));
const unready = first.find(({ reason }) => reason !== null);
if (unready) throw new Error(`the target isn't ready: ${unready.reason}`);
port.postMessage({ kind: "ready" });
const records = await run();
await Promise.all(users.map((user) => user.close()));
port.postMessage({ kind: "done", records });

/** Sends what is due once a millisecond, whether what was sent before is answered or not. */
async function run(): Promise<LoadRecords> {
  const dueAt: number[] = [];
  const sent: Sent[] = [];
  const pending: Promise<void>[] = [];
  const begunAt = monotonic();
  while (!finishing || dueAt.length < order.requests) {
    const due = Math.floor(((monotonic() - begunAt) * order.ratePerSecond) / 1000);
    while (dueAt.length < due) {
      const index = dueAt.length;
      dueAt.push(monotonic());
      const user = users[index % users.length] as User;
      pending.push(
        user.send().then((how) => {
          sent[index] = how;
        }),
      );
    }
    await sleep(1);
  }
  await Promise.all(pending);
  return {
    sentAt: Float64Array.from(sent, ({ sentAt }) => sentAt),
    endedAt: Float64Array.from(sent, ({ endedAt }) => endedAt),
    milliseconds: Float32Array.from(sent, ({ endedAt }, index) => endedAt - (dueAt[index] ?? NaN)),
    outcome: Uint8Array.from(sent, ({ outcome }) => outcomes.indexOf(outcome)),
    post: Uint8Array.from(sent, ({ post }) => Number(post)),
    target: Uint8Array.from(sent, (_, index) => (index % users.length) % order.targets.length),
    reasons: counted(sent.flatMap(({ reason }) => reason ?? [])),
  };
}

function counted(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}
