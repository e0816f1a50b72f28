/** Where a value stands in the settings: names of keys and indexes of list items, from the top. */
export type Path = readonly (string | number)[];

/** `services.org1/react-ui.ports.blue`, `services.org1/react-ui.health.readiness.expect["checks.database"]`, `registries[0]`. */
export function dottedKey(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    if (!/^[\w$/-]+$/.test(part)) return `${text}[${JSON.stringify(part)}]`;
    return text === "" ? part : `${text}.${part}`;
  }, "");
}

/** The value at a path of plain data; `undefined` where there is none. */
export function valueAt(data: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === "object" && value !== null && Object.hasOwn(value, part)
        ? (value as Record<string | number, unknown>)[part]
        : undefined,
    data,
  );
}

/** The same data without what stands at a path. */
export function without(data: unknown, path: Path): unknown {
  const [head, ...rest] = path;
  if (head === undefined || typeof data !== "object" || data === null) return data;
  if (Array.isArray(data)) {
    return data.map((item: unknown, index) => (index === head ? without(item, rest) : item));
  }
  return Object.fromEntries(
    Object.entries(data)
      .filter(([key]) => rest.length > 0 || key !== String(head))
      .map(([key, value]) => [key, key === String(head) ? without(value, rest) : value]),
  );
}
