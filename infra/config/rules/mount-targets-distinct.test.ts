import { describe, expect, it } from "vitest";
import { findings } from "../testing/sample.ts";
import { mountTargetsDistinct } from "./mount-targets-distinct.ts";

const service = "org1/react-ui";

describe(mountTargetsDistinct.name, () => {
  it("accepts different targets", () => {
    expect(
      findings(mountTargetsDistinct, {
        services: {
          [service]: {
            container: {
              mounts: [
                { source: "/a", target: "/a" },
                { source: "/a", target: "/b" },
              ],
            },
          },
        },
      }),
    ).toEqual([]);
  });

  it("refuses a target twice", () => {
    expect(
      findings(mountTargetsDistinct, {
        services: {
          [service]: {
            container: {
              mounts: [
                { source: "/a", target: "/x" },
                { source: "/b", target: "/x" },
              ],
            },
          },
        },
      }),
    ).toEqual([
      'services.org1/react-ui.container.mounts.1.target: expected a path that no other mount or tmpfs has, found "/x"',
    ]);
  });

  it("refuses a target that is a tmpfs", () => {
    expect(
      findings(mountTargetsDistinct, {
        services: { [service]: { container: { mounts: [{ source: "/a", target: "/tmp" }] } } },
      }),
    ).toEqual([
      'services.org1/react-ui.container.mounts.0.target: expected a path that no other mount or tmpfs has, found "/tmp"',
    ]);
  });
});
