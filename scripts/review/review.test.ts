import { describe, expect, it } from "vitest";
import type { Change } from "../../infra/adapters/pulumi.ts";
import { annotations } from "./annotations.ts";
import { marker, reviewText } from "./markdown.ts";
import { conclusionOf, type Reviewed } from "./reviewed.ts";

const change = (over: Partial<Change> = {}): Change => ({
  operation: "update",
  type: "docker:index/container:Container",
  name: "host-a-green",
  urn: "urn:pulumi:prod.org1.web::sluice::docker:index/container:Container::host-a-green",
  properties: ["memory"],
  ...over,
});

function previewed(stack: string, resources: readonly Change[] = [], violations: readonly string[] = []): Reviewed {
  const summary = resources.length > 0 ? { same: 3, update: resources.length } : { same: 3 };
  return { kind: "previewed", stack, changes: { summary, resources }, violations };
}
const failed: Reviewed = { kind: "failed", stack: "uat", reason: "no route\nto 50 % of the hosts" };
const refused = previewed(
  "prod.org1.web",
  [change()],
  ["container-user: host-a-green (Container): user: expected, found root"],
);

const unseen: Reviewed = {
  kind: "refused",
  stack: "uat.org1.web",
  violations: ["container-user: no"],
  reason: "locked",
};

describe("a review", () => {
  it.each<[string, readonly Reviewed[]]>([
    ["refused", [previewed("stg"), failed, refused]],
    ["refused", [previewed("stg"), failed, unseen]],
    ["unknown", [previewed("stg", [change()]), failed]],
    ["changed", [previewed("stg"), previewed("prod", [change()])]],
    ["unchanged", [previewed("stg"), previewed("prod")]],
    ["unchanged", []],
  ])("is %s", (conclusion, all) => {
    expect(conclusionOf(all)).toBe(conclusion);
  });

  it("tells what is refused first, then what nobody knows, then what changes", () => {
    const all = [previewed("dev"), previewed("stg", [change({ operation: "replace", name: "a|b" })]), failed, refused];
    expect(reviewText(all)).toBe(`${marker}

### Sluice: refused by the policy

#### \`prod.org1.web\`

- :x: \`container-user: host-a-green (Container): user: expected, found root\`

| | resource | properties |
| --- | --- | --- |
| ~ | \`host-a-green\` (\`docker:index/container:Container\`) | \`memory\` |

#### \`uat\` could not be previewed

~~~~text
no route
to 50 % of the hosts
~~~~

#### \`stg\`

| | resource | properties |
| --- | --- | --- |
| **replace** | \`a\\|b\` (\`docker:index/container:Container\`) | \`memory\` |

1 of 4 stacks stay as they are.`);
  });

  it("shows what is refused also where nobody could see what it would change", () => {
    expect(reviewText([previewed("stg"), unseen])).toBe(`${marker}

### Sluice: refused by the policy

#### \`uat.org1.web\`

- :x: \`container-user: no\`

What it would change could not be previewed:

~~~~text
locked
~~~~

1 of 2 stacks stay as they are.`);
  });

  it("fits into a comment, and says what doesn't", () => {
    const many = Array.from({ length: 500 }, (_, index) => change({ name: `host-${index}-green` }));
    const all = Array.from({ length: 6 }, (_, index) => previewed(`stack-${index}`, many));
    const text = reviewText(all);
    expect(text.length).toBeLessThan(65_536);
    expect(text).toMatch(/\n[1-6] more stacks aren't shown here; the job's log has them\.$/);
  });

  it("is annotated as GitHub reads it, a line each", () => {
    expect(annotations([previewed("stg", [change()]), failed, refused, unseen])).toEqual([
      "::error title=uat could not be previewed::no route%0Ato 50 %25 of the hosts",
      "::error title=prod.org1.web%3A policy::container-user: host-a-green (Container): user: expected, found root",
      "::error title=uat.org1.web%3A policy::container-user: no",
      "::error title=uat.org1.web could not be previewed::locked",
    ]);
  });
});
