/** What `${slot.name}`, `${slot.port}`, `${slot.address}` and `${release.version}` stand for in a container's settings. */
export interface Placeholders {
  readonly "slot.name": string;
  readonly "slot.port": string;
  readonly "slot.address": string;
  readonly "release.version": string;
}

const PLACEHOLDER = /\$\{((?:slot|release)\.[^}]*)\}/g;

/**
 * Fills in the placeholders; any other `${...}` is the program's own and stays as it is.
 *
 * @throws Error naming a `${slot....}` or `${release....}` that doesn't exist.
 */
export function fillIn(text: string, values: Placeholders): string {
  return text.replace(PLACEHOLDER, (_, name: string) => {
    if (isPlaceholder(name, values)) return values[name];
    throw new Error(`unknown placeholder \${${name}}: expected one of ${Object.keys(values).join(", ")}`);
  });
}

function isPlaceholder(name: string, values: Placeholders): name is keyof Placeholders {
  return Object.hasOwn(values, name);
}
