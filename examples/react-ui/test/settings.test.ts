import { describe, expect, it } from "vitest";
import { readSettings } from "../server/settings.ts";

const NO_FAULTS = {
  errorRate: 0,
  latencyMs: 0,
  memoryMb: 0,
  crashAfterS: undefined,
  readinessFails: false,
  afterS: 0,
  afterRequests: 0,
};

describe("settings", () => {
  it("have a default each", () => {
    expect(readSettings({})).toEqual({
      host: "127.0.0.1",
      port: 8080,
      slot: "",
      version: "0.0.0-dev",
      commit: "",
      drainDelayMs: 500,
      drainTimeoutMs: 25_000,
      faults: NO_FAULTS,
    });
  });

  it("are read from the environment, and an empty variable is an unset one", () => {
    const env = { HOST: "127.0.94.9", PORT: "29480", SLOT: "green", FAULT_CRASH_AFTER_S: "0", FAULT_ERROR_RATE: "" };
    expect(readSettings(env)).toMatchObject({
      host: "127.0.94.9",
      port: 29480,
      slot: "green",
      faults: { ...NO_FAULTS, crashAfterS: 0 },
    });
  });

  it("are refused with every problem at once", () => {
    const env = { PORT: "http", FAULT_ERROR_RATE: "2", FAULT_READINESS: "yes" };
    expect(() => readSettings(env)).toThrow(
      [
        "Wrong settings:",
        '  PORT: expected a number from 0 to 65535, got "http"',
        '  FAULT_READINESS: expected "fail" or nothing, got "yes"',
        '  FAULT_ERROR_RATE: expected a number from 0 to 1, got "2"',
      ].join("\n"),
    );
  });
});
