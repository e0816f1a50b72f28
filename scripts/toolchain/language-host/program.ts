import type { RunRequest } from "@pulumi/pulumi/proto/language_pb.js";

/** The `runtime.options` of a Pulumi.yaml, as far as a Node program has any. */
export interface ProgramOptions {
  /** Let the SDK's runner register ts-node. */
  readonly typescript: boolean;
  readonly tsconfig: string;
  readonly nodeArgs: readonly string[];
}

export type ParsedOptions = { ok: true; options: ProgramOptions } | { ok: false; problems: readonly string[] };

/** Reads `runtime.options`; `typescript` is true unless it says otherwise, as in the official language host. */
export function parseOptions(options: Readonly<Record<string, unknown>>): ParsedOptions {
  const { typescript = true, tsconfig = "", nodeargs = "" } = options;
  const problems: string[] = [];
  if (typeof typescript !== "boolean") problems.push("runtime option typescript: expected true or false");
  if (typeof tsconfig !== "string") problems.push("runtime option tsconfig: expected a path");
  if (typeof nodeargs !== "string") problems.push("runtime option nodeargs: expected a text");
  if (typeof typescript !== "boolean" || typeof tsconfig !== "string" || typeof nodeargs !== "string") {
    return { ok: false, problems };
  }
  return { ok: true, options: { typescript, tsconfig, nodeArgs: splitWords(nodeargs) } };
}

/** Splits as a shell would, with single and double quotes and backslashes, but expands nothing. */
export function splitWords(text: string): string[] {
  const word = /(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+/gs;
  const piece = /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|([^"'\\])/gs;
  return [...text.matchAll(word)].map(([found]) =>
    found.replace(piece, (_, single?: string, double?: string, escaped?: string, plain?: string) =>
      double === undefined ? (single ?? escaped ?? plain ?? "") : double.replace(/\\(["\\$`])/g, "$1"),
    ),
  );
}

/** The runner's arguments: what the engine wants run, against which monitor. */
export function programArguments(request: RunRequest.AsObject, engine: string): string[] {
  const { info } = request;
  const flags: Record<string, string | undefined> = {
    monitor: request.monitorAddress,
    engine,
    organization: request.organization,
    project: request.project,
    "root-directory": info?.rootDirectory,
    stack: request.stack,
    pwd: info?.programDirectory,
  };
  return [
    ...Object.entries(flags).flatMap(([name, value]) => (value ? [`--${name}`, value] : [])),
    ...(request.dryrun ? ["--dry-run"] : []),
    "--parallel",
    String(request.parallel),
    info?.entryPoint ?? ".",
    ...request.argsList,
  ];
}

/** The stack's configuration and the runner's switches, as the SDK reads them from the environment. */
export function programEnvironment(request: RunRequest.AsObject, options: ProgramOptions): Record<string, string> {
  return {
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.configMap.map(([key, value]) => [configKey(key), value]))),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.configsecretkeysList),
    ...runnerEnvironment(options),
  };
}

/** The part of the environment that follows from `runtime.options`. */
export function runnerEnvironment(options: ProgramOptions): Record<string, string> {
  return {
    ...(options.typescript && { PULUMI_NODEJS_TYPESCRIPT: "true" }),
    ...(options.tsconfig !== "" && { PULUMI_NODEJS_TSCONFIG_PATH: options.tsconfig }),
  };
}

/** SDKs of every age read `<namespace>:config:<name>`; newer ones the short form of the engine too. */
function configKey(key: string): string {
  const [namespace, ...rest] = key.split(":");
  return rest.length === 1 ? `${namespace}:config:${rest[0]}` : key;
}
