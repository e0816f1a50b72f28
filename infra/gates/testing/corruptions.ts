/** What a value may be mistaken for: gone, empty, of another kind, nonsense. */
const nonsense: readonly unknown[] = [
  undefined,
  null,
  "",
  "?",
  "25:61",
  Number.NaN,
  -1,
  Infinity,
  true,
  {},
  [],
  [null],
];

/**
 * Every way in which one input can be gone or spoilt: each key and each item, at any depth, left out or replaced by
 * nonsense. An item of a list is only replaced: without it, the list is another one that is right.
 */
export function corruptions(input: unknown): readonly { readonly where: string; readonly spoilt: unknown }[] {
  return at(input, []).filter(({ where }) => where !== "");
}

function at(value: unknown, path: readonly string[]): { where: string; spoilt: unknown }[] {
  const here = nonsense
    .filter((other) => JSON.stringify(other) !== JSON.stringify(value))
    .map((spoilt) => ({ where: `${path.join(".")} = ${String(JSON.stringify(spoilt))}`, spoilt }));
  const own = path.length === 0 ? [] : here;
  if (typeof value !== "object" || value === null) return own;
  const below = Object.entries(value).flatMap(([key, inner]) => {
    const changed = at(inner, [...path, key]).map(({ where, spoilt }) => ({
      where,
      spoilt: withKey(value, key, spoilt),
    }));
    if (Array.isArray(value)) return changed;
    const rest = Object.fromEntries(Object.entries(value).filter(([other]) => other !== key));
    return [...changed, { where: `${[...path, key].join(".")} is gone`, spoilt: rest }];
  });
  return [...own, ...below];
}

function withKey(value: object, key: string, inner: unknown): unknown {
  if (Array.isArray(value)) return value.with(Number(key), inner);
  return { ...value, [key]: inner };
}
