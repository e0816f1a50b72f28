import { describe, expect, it } from "vitest";
import { containerSettings } from "./service.ts";
import { expandContainer, expandTemplates, templatedTexts, unknownPlaceholders } from "./template.ts";

const values = {
  slot: { name: "green", port: 3102, address: "127.0.1.1" },
  release: { version: "1.2.0" },
} as const;

describe("expandTemplates", () => {
  it.each([
    ["http://${slot.address}:${slot.port}", "http://127.0.1.1:3102"],
    ["${slot.name}/${release.version}", "green/1.2.0"],
    ["$${slot.port}", "${slot.port}"],
    ["exec app ${HOME} $PORT ${x%.*} $$ ${}", "exec app ${HOME} $PORT ${x%.*} $$ ${}"],
    ["$$${slot.port}", "$${slot.port}"],
    ["plain", "plain"],
  ])("%s gives %s", (text, expected) => expect(expandTemplates(text, values)).toBe(expected));

  it("puts a value as it is, not as a template of its own", () => {
    const odd = { ...values, release: { version: "1.0.0-${slot.port}" } };
    expect(expandTemplates("${release.version}", odd)).toBe("1.0.0-${slot.port}");
  });

  it("throws for a name that nobody knows", () => {
    expect(() => expandTemplates("${slot.prot}", values)).toThrow(new RangeError("unknown placeholder ${slot.prot}"));
  });
});

it("finds the placeholders that nobody knows", () => {
  expect(unknownPlaceholders("${slot.prot} ${slot.port} $${slot.prot} ${HOME} ${slto.port}")).toEqual([
    "${slot.prot}",
    "${slto.port}",
  ]);
});

describe("expandContainer", () => {
  const secret = { secret: { env: "DB_PASSWORD" } };
  const port = "${slot.port}";
  const container = containerSettings.parse({
    command: ["serve", port],
    entrypoint: [port],
    environment: { PORT: port, PASSWORD: secret },
    labels: { port },
    healthcheck: { command: ["check", port] },
    mounts: [{ source: "data-${slot.name}", target: "/data" }],
  });

  it("fills in every text that may hold a placeholder, and leaves secrets alone", () => {
    const expanded = expandContainer(container, values);
    expect(expanded).toEqual({
      ...container,
      command: ["serve", "3102"],
      entrypoint: ["3102"],
      environment: { PORT: "3102", PASSWORD: secret },
      labels: { port: "3102" },
      healthcheck: { ...container.healthcheck, command: ["check", "3102"] },
      mounts: [{ source: "data-green", target: "/data", readOnly: true }],
    });
  });

  it("names each of those texts by its path", () => {
    expect(templatedTexts(container).map(({ path, text }) => `${path.join(".")}=${text}`)).toEqual([
      "command.0=serve",
      "command.1=${slot.port}",
      "entrypoint.0=${slot.port}",
      "environment.PORT=${slot.port}",
      "labels.port=${slot.port}",
      "mounts.0.source=data-${slot.name}",
      "healthcheck.command.0=check",
      "healthcheck.command.1=${slot.port}",
    ]);
  });
});
