/** The parts of a resource's URN that rules go by. */
export interface UrnParts {
  readonly stack: string;
  /** The stack's environment: its name up to the first dot. */
  readonly environment: string;
  /** Types of the components that the resource is in, outermost first. */
  readonly components: readonly string[];
  readonly type: string;
  readonly name: string;
}

/** @throws TypeError for a text that isn't a resource's URN */
export function parseUrn(urn: string): UrnParts {
  const [, stack, types, name] = /^urn:pulumi:(.*?)::.*?::(.*?)::(.*)$/s.exec(urn) ?? [];
  if (stack === undefined || types === undefined || name === undefined) throw new TypeError(`not a URN: ${urn}`);
  const components = types.split("$");
  const type = components.pop() ?? "";
  const [environment = stack] = stack.split(".");
  return { stack, environment, components, type, name };
}
