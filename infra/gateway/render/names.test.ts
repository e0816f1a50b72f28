import fc from "fast-check";
import { expect, it } from "vitest";
import { variablePart } from "./names.ts";

const label = fc.stringMatching(/^[a-c0-1]([a-c0-1-]{0,4}[a-c0-1])?$/);
const service = fc.tuple(label, label).map((parts) => parts.join("/"));

it("writes a service's name with letters, digits and underscores", () => {
  expect(variablePart("org1/react-ui")).toBe("org1_react__ui");
});

it("never gives two services the same variables", () => {
  fc.assert(
    fc.property(service, service, (a, b) => {
      expect(variablePart(a) === variablePart(b)).toBe(a === b);
      expect(variablePart(a)).toMatch(/^[a-z0-9_]+$/);
    }),
    { numRuns: 2000 },
  );
  expect(variablePart("a--b/c")).not.toBe(variablePart("a/b--c"));
  expect(variablePart("a/b-c")).not.toBe(variablePart("a-b/c"));
});
