import { expect, it } from "vitest";
import { cpusText } from "./cpus.ts";

it.each([
  [1, "1.0"],
  [2, "2.0"],
  [0.5, "0.5"],
  [1.25, "1.25"],
  [10, "10."],
])("writes %d CPUs as Docker's provider reads them back: %s", (cpus, text) => {
  expect(cpusText(cpus)).toBe(text);
});

it("refuses a number that would be read back as another one", () => {
  expect(() => cpusText(0.05)).toThrow("cpus: 0.05 is read back as 0.1");
});
