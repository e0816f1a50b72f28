import { describe, expect, it } from "vitest";
import { inAttempts, refusalBy } from "./attempts.ts";

const limits = { patience: 50, pause: 5 };
const never = new AbortController().signal;

describe("a client that doesn't hear when its time is over", () => {
  const deaf = () => new Promise<void>(() => undefined);

  it("is left alone, three times", async () => {
    let asked = 0;
    const sent = inAttempts(limits, never, () => (asked++, deaf()));
    await expect(sent).rejects.toThrow("no answer within 50 ms");
    expect(asked).toBe(3);
  });

  it("is left alone at once when it is given up", async () => {
    const stop = new AbortController();
    const sent = inAttempts({ patience: 60_000, pause: 5 }, stop.signal, deaf);
    setTimeout(() => stop.abort(), 20);
    await expect(sent).rejects.toThrow("given up");
  });
});

it("a rate limit that is longer than half a minute isn't waited for", async () => {
  let asked = 0;
  const sent = inAttempts(limits, never, () => {
    asked++;
    return Promise.reject(refusalBy(429, "slow down", "31"));
  });
  await expect(sent).rejects.toThrow("it answers 429: slow down");
  expect(asked).toBe(1);
});

it.each<[string, unknown, string]>([
  ["a name that nobody knows", { code: "ENOTFOUND", hostname: "hooks.example.com" }, "it can't be reached (ENOTFOUND)"],
  [
    "what fetch wraps",
    { cause: Object.assign(new Error("at hooks.example.com"), { code: "ECONNRESET" }) },
    "it can't be reached (ECONNRESET)",
  ],
  ["what nobody foresaw", {}, "it can't be reached"],
])("%s is told by its code, without the address", async (_what, more, said) => {
  const error = Object.assign(new Error("something about hooks.example.com"), more);
  await expect(inAttempts(limits, never, () => Promise.reject(error))).rejects.toThrow(
    new RegExp(`^${said.replaceAll(/[()]/g, "\\$&")}$`),
  );
});
