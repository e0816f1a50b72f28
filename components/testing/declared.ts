import * as pulumi from "@pulumi/pulumi";

/** A resource as it was declared: exactly what the engine would be asked for. */
export interface DeclaredResource {
  readonly type: string;
  readonly name: string;
  /** Name of the component that it belongs to. */
  readonly parent?: string;
  /** Name of its provider, where it is an explicit one. */
  readonly provider?: string;
  /** A secret shows as `{ secret: value }`. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Names of the resources that it waits for: by its options, or for what isn't below the root, by its inputs too. */
  readonly dependsOn?: readonly string[];
  readonly deleteBeforeReplace?: boolean;
  readonly ignoreChanges?: readonly string[];
  readonly protect?: boolean;
  /** Other types under which the resource may be in the state. */
  readonly aliases?: readonly unknown[];
}

/** What a provider's function answers. */
type Answer = (inputs: Record<string, unknown>) => Record<string, unknown>;

/** The root of what a test declares; its children inherit the transformation that records their options. */
class Root extends pulumi.ComponentResource {
  constructor(record: pulumi.ResourceTransformation) {
    super("sluice:testing:Root", "root", {}, { transformations: [record] });
  }
}

/**
 * Runs a piece of program against Pulumi's mocks and gives every resource that it declared, in order of name.
 * Outputs of a resource are its inputs, its id is `<name>-id`. Functions of providers answer as `calls` says.
 */
export async function declaredBy(
  program: (root: pulumi.Resource) => unknown,
  { preview = false, calls = {} }: { preview?: boolean; calls?: Readonly<Record<string, Answer>> } = {},
): Promise<readonly DeclaredResource[]> {
  const references = new Map<string, Partial<DeclaredResource>>();
  const options = new Map<string, Partial<DeclaredResource>>();
  const declared: DeclaredResource[] = [];
  await pulumi.runtime.setMocks(
    {
      call: ({ token, inputs }) => {
        const answer = calls[token];
        if (answer === undefined) throw new Error(`unexpected call of ${token}`);
        return answer(inputs as Record<string, unknown>);
      },
      newResource: ({ type, name, inputs }) => {
        if (type === "sluice:testing:Root") return { id: undefined, state: {} };
        const key = keyOf(type, name);
        declared.push({
          type,
          name,
          ...references.get(key),
          ...options.get(key),
          inputs: shown(inputs) as DeclaredResource["inputs"],
        });
        return { id: `${name}-id`, state: inputs as Record<string, unknown> };
      },
    },
    "sluice",
    "test",
    preview,
  );
  onRegistration((request) => {
    const key = keyOf(request.getType(), request.getName());
    options.set(key, { ...(references.has(key) ? {} : requestedWaits(request)), ...requestOptions(request) });
  });
  const record: pulumi.ResourceTransformation = ({ type, name, opts }) => {
    references.set(keyOf(type, name), shownReferences(opts));
    return undefined;
  };
  try {
    program(new Root(record));
  } finally {
    await pulumi.runtime.disconnect(false);
  }
  return declared.sort((a, b) => order(a) - order(b) || compare(a.name, b.name) || compare(a.type, b.type));
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** Components first, then providers, then what is made through them. */
function order({ type }: DeclaredResource): number {
  if (type.startsWith("sluice:")) return 0;
  return type.startsWith("pulumi:providers:") ? 1 : 2;
}

function keyOf(type: string, name: string): string {
  return `${type} ${name}`;
}

/** What the engine would be asked for, beside the inputs. */
interface Registration {
  getType(): string;
  getName(): string;
  getProtect(): boolean;
  getDeletebeforereplace(): boolean;
  getIgnorechangesList(): string[];
  getDependenciesList(): string[];
}

/** Mocks are told of inputs only: this looks at whole requests on their way to them. */
function onRegistration(look: (request: Registration) => void): void {
  const monitor = pulumi.runtime.getMonitor() as unknown as {
    registerResource: (request: Registration, ...rest: unknown[]) => unknown;
  };
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, ...rest) => {
    look(request);
    return register(request, ...rest);
  };
}

function requestOptions(request: Registration): Partial<DeclaredResource> {
  const ignoreChanges = request.getIgnorechangesList();
  return {
    ...(request.getDeletebeforereplace() ? { deleteBeforeReplace: true } : {}),
    ...(request.getProtect() ? { protect: true } : {}),
    ...(ignoreChanges.length > 0 ? { ignoreChanges } : {}),
  };
}

function requestedWaits(request: Registration): Partial<DeclaredResource> {
  const names = request.getDependenciesList().map((urn) => urn.slice(urn.lastIndexOf("::") + 2));
  return names.length > 0 ? { dependsOn: names.sort(compare) } : {};
}

/** Other resources that the options name; known for children of the root alone. */
function shownReferences({
  parent,
  provider,
  dependsOn,
  aliases,
}: pulumi.CustomResourceOptions): Partial<DeclaredResource> {
  const parentName = parent && nameOf(parent);
  const waitsFor = Array.isArray(dependsOn) ? dependsOn : dependsOn ? [dependsOn] : [];
  return {
    ...(parentName && parentName !== "root" ? { parent: parentName } : {}),
    ...(provider ? { provider: nameOf(provider) } : {}),
    ...(waitsFor.length > 0 ? { dependsOn: waitsFor.map((one) => nameOf(one as pulumi.Resource)) } : {}),
    ...(aliases === undefined ? {} : { aliases: aliases }),
  };
}

function nameOf(resource: pulumi.Resource): string {
  return (resource as unknown as { __name: string }).__name;
}

function shown(value: unknown): unknown {
  if (pulumi.runtime.isRpcSecret(value)) return { secret: pulumi.runtime.unwrapRpcSecret(value) as unknown };
  if (Array.isArray(value)) return value.map(shown);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shown(inner)]));
}
