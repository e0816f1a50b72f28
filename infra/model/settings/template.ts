import type { ContainerSettings } from "./service.ts";
import type { SlotName } from "../slot.ts";

/** What placeholders in a container's texts stand for. */
export interface TemplateValues {
  readonly slot: {
    readonly name: SlotName;
    /** Port that the program is to listen on: the slot's on the host's network, `container.port` in a bridge network. */
    readonly port: number;
    /** Address that it is to listen on: the slot's on the host's network, 0.0.0.0 in a bridge network. */
    readonly address: string;
  };
  readonly release: { readonly version: string };
}

export const placeholders = ["slot.name", "slot.port", "slot.address", "release.version"] as const;

type Placeholder = (typeof placeholders)[number];

/** A dotted name in `${...}` is ours, and `$${...}` is the same without a meaning; any other `${...}` is the program's. */
const pattern = /\$(\$?)\{([A-Za-z]+\.[A-Za-z]+)\}/g;

/**
 * Puts values for `${slot.name}`, `${slot.port}`, `${slot.address}` and `${release.version}`; `$${slot.port}` gives
 * `${slot.port}`. `${HOME}` and the like stay as they are, for the program itself.
 *
 * @throws RangeError for any other dotted name; settings that have one were refused when they were loaded.
 */
export function expandTemplates(text: string, values: TemplateValues): string {
  return text.replace(pattern, (match, escaped: string, name: string) => {
    if (escaped) return match.slice(1);
    if (!isPlaceholder(name)) throw new RangeError(`unknown placeholder ${match}`);
    return valueOf(name, values);
  });
}

/** The placeholders of a text that nobody knows, as they stand there. */
export function unknownPlaceholders(text: string): string[] {
  return [...text.matchAll(pattern)]
    .filter(([, escaped, name = ""]) => !escaped && !isPlaceholder(name))
    .map(([match]) => match);
}

/** The texts of a container's settings that may hold placeholders, each with its path below the container. */
export function templatedTexts(container: ContainerSettings): { path: (string | number)[]; text: string }[] {
  const list = (key: string, texts: readonly string[] = []) =>
    texts.map((text, index) => ({ path: [key, index] as (string | number)[], text }));
  const record = (key: string, texts: Readonly<Record<string, unknown>>) =>
    Object.entries(texts).flatMap(([name, text]) => (typeof text === "string" ? [{ path: [key, name], text }] : []));
  return [
    ...list("command", container.command),
    ...list("entrypoint", container.entrypoint),
    ...record("environment", container.environment),
    ...record("labels", container.labels),
    ...container.mounts.map(({ source }, index) => ({ path: ["mounts", index, "source"], text: source })),
    ...list("healthcheck", container.healthcheck?.command).map(({ path, text }) => ({
      path: ["healthcheck", "command", ...path.slice(1)],
      text,
    })),
  ];
}

/** The container's settings with every placeholder replaced. */
export function expandContainer(container: ContainerSettings, values: TemplateValues): ContainerSettings {
  const expand = (text: string) => expandTemplates(text, values);
  const { command, entrypoint, environment, labels, healthcheck, mounts } = container;
  return {
    ...container,
    ...(command && { command: command.map(expand) }),
    ...(entrypoint && { entrypoint: entrypoint.map(expand) }),
    ...(healthcheck && { healthcheck: { ...healthcheck, command: healthcheck.command.map(expand) } }),
    environment: mapValues(environment, (value) => (typeof value === "string" ? expand(value) : value)),
    labels: mapValues(labels, expand),
    mounts: mounts.map((mount) => ({ ...mount, source: expand(mount.source) })),
  };
}

function isPlaceholder(name: string): name is Placeholder {
  return (placeholders as readonly string[]).includes(name);
}

function valueOf(name: Placeholder, { slot, release }: TemplateValues): string {
  switch (name) {
    case "slot.name":
      return slot.name;
    case "slot.port":
      return String(slot.port);
    case "slot.address":
      return slot.address;
    case "release.version":
      return release.version;
  }
}

function mapValues<Value>(record: Readonly<Record<string, Value>>, change: (value: Value) => Value) {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}
