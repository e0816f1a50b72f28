import { expect, it } from "vitest";
import { closest } from "./closest.ts";

it.each([
  ["engin", "engine"],
  ["readonly", "readOnly"],
  ["mian", "main"],
  ["shel", "shell"],
  ["adress", "address"],
])("%s was meant to be %s", (text, meant) => {
  expect(closest(text, ["engine", "shell", "readOnly", "address", "main"])).toBe(meant);
});

it.each(["port", "", "x", "gateway"])("%j is close to none", (text) => {
  expect(closest(text, ["engine", "shell", "address"])).toBeUndefined();
});

it("prefers the closer one", () => {
  expect(closest("host-b", ["host-a", "host-b2", "host-b"])).toBe("host-b");
});
