import { describe, expect, it } from "vitest";
import { absolutePath, containerPath, expandHome } from "./path.ts";

describe("absolutePath", () => {
  it.each(["/datadisk", "/datadisk/org1/react-ui", "~/.cache/sluice", "/a/..b", "/srv/my files"])(
    "accepts %s",
    (path) => {
      expect(absolutePath.safeParse(path).success).toBe(true);
    },
  );

  it.each([
    "",
    "/",
    "~",
    "~/",
    "data",
    "./data",
    "/data/",
    "/a//b",
    "/a/../b",
    "/a/.",
    "/..",
    "~x/y",
    "/a;b",
    "/a'b",
    "/$HOME",
    "/a\nb",
    "/*",
  ])("refuses %j", (path) => expect(absolutePath.safeParse(path).success).toBe(false));
});

it.each(["~/data", "data", "/a:b", "/a/../b", "/"])("a path in a container can't be %s", (path) => {
  expect(containerPath.safeParse(path).success).toBe(false);
});

it.each([
  ["~/x/y", "/home/me/x/y"],
  ["/x/~/y", "/x/~/y"],
  ["~x", "~x"],
])("expandHome(%s) is %s", (path, expected) => {
  expect(expandHome(path, "/home/me")).toBe(expected);
  expect(expandHome(path, "/home/me/")).toBe(expected);
});
