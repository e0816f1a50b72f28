import { expect, it } from "vitest";
import { secretsFrom } from "../infra/adapters/secrets.ts";
import { sampleSettings } from "../infra/config/testing/sample.ts";
import { notifiersOf } from "./compose-notices.ts";

const token = { secret: { env: "TOKEN" } };
const notifications = { team: { kind: "slack", token, channel: "C0123456789" } };

it.each<[string, object | undefined, readonly string[]]>([
  ["with GitHub", {}, ["team", "github.deployments"]],
  ["with GitHub, but for its deployments", { deployments: false }, ["team"]],
  ["without GitHub", undefined, ["team"]],
])("rollouts of an environment %s are told to %j", (_what, more, names) => {
  const github = more && { repository: "org1/deliveries", token, ...more };
  const settings = sampleSettings({ notifications, ...(github ? { github } : {}) });
  expect(notifiersOf({ settings, secrets: secretsFrom({}) }, "org1/react-ui").map(({ name }) => name)).toEqual(names);
});
