import { describe, expect, it } from "vitest";
import { apiUrl } from "./base-url.ts";
import { goTime } from "./text.ts";

describe("apiUrl", () => {
  it.each([
    ["https://api.github.com/", "https://api.github.com"],
    ["https://github.com", "https://api.github.com"],
    ["https://acme.ghe.com/", "https://api.acme.ghe.com"],
    ["https://api.acme.ghe.com", "https://api.acme.ghe.com"],
    ["https://git.example.com/", "https://git.example.com/api/v3"],
    ["https://git.example.com/api/v3/", "https://git.example.com/api/v3"],
    ["http://127.0.0.1:8080", "http://127.0.0.1:8080/api/v3"],
  ])("of %s is %s", (given, url) => {
    expect(apiUrl(given)).toBe(url);
  });

  it("refuses what is no address", () => {
    expect(() => apiUrl("github")).toThrow("expected an address");
  });
});

describe("goTime", () => {
  it.each([
    ["2026-01-02T03:04:05Z", "2026-01-02 03:04:05 +0000 UTC"],
    ["2026-01-02T03:04:05.120Z", "2026-01-02 03:04:05.12 +0000 UTC"],
    ["2026-01-02T05:04:05+02:00", "2026-01-02 03:04:05 +0000 UTC"],
    ["2026-01-02T03:04:50Z", "2026-01-02 03:04:50 +0000 UTC"],
  ])("of %s is %s", (iso, text) => {
    expect(goTime(iso)).toBe(text);
  });
});
