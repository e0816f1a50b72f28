import { z } from "zod";
import { type Leaf, leaves } from "../leaves.ts";
import { defineRule, unknownAtPreview, type Violation } from "../rule.ts";
import { namesDigest, nameOfSecret } from "../secret-names.ts";
import { entropy, hasPasswordHash, isPath, isUserAndPassword, knownShapes, looksRandom } from "../secret-shapes.ts";

/** Inputs in which a secret is looked for even at the price of refusing what isn't known yet. */
const NEEDED = /^(envs|environment|labels|command|entrypoints|create|update|delete|stdin|value|plaintextValue)(\.|$)/;
const WORD = /[A-Za-z0-9+_=-]+/g;
const ASSIGNED = /([A-Za-z][A-Za-z0-9_.-]*)(?:=|:[ \t]+)['"]?([^\s'"]+)/g;

/** Of 32 hex digits at random nearly all have more. */
const MIN_HEX_ENTROPY = 3;
const DIGEST_BEFORE = /(sha\d*|md5|digest|commit|rev|revision|checksum)[:=@/ '"-]+$/i;

/**
 * Plain inputs are in the state, in previews and in logs. Pulumi's own secrets are in none of them.
 */
export const secretInPlain = defineRule({
  name: "secret-in-plain",
  description:
    "No input that looks like a secret is plain: neither in environment variables, labels, commands nor elsewhere.",
  types: "all",
  properties: z.custom<object>((value) => typeof value === "object" && value !== null),
  config: {
    minEntropyNamed: z
      .number()
      .min(0)
      .max(6)
      .default(2.5)
      .describe("Bits a character from which the value of something that is named like a secret is one"),
    minLengthNamed: z.int().min(1).default(8).describe("Length from which it is one"),
    minEntropy: z.number().min(0).max(6).default(4.3).describe("Bits a character from which any word is a secret"),
    minLength: z.int().min(8).default(24).describe("Length from which any word is one"),
    ignored: z
      .array(z.string().min(1))
      .default([])
      .describe("Paths of inputs that are left out, e.g. labels.3.value, in every resource"),
  },
  judge: async ({ properties, marks }, config) => {
    if (marks === undefined) return [unmarked];
    const plain = [...leaves(properties)].filter(({ path }) => !marks.isSecret(path) && !config.ignored.includes(path));
    const found = await Promise.all(plain.map((leaf) => judgeLeaf(leaf, properties, config)));
    return found.flat();
  },
});

/** Without them every secret would pass for plain. */
export const unmarked: Violation = {
  property: "inputs",
  found: "no word on which of them are secrets",
  expected: "the enforcement level `remediate` for secrets-watch, by which Pulumi says so",
};

interface Thresholds {
  readonly minEntropyNamed: number;
  readonly minLengthNamed: number;
  readonly minEntropy: number;
  readonly minLength: number;
}

const expected = "a Pulumi secret: in settings { secret: { env: NAME } } or { secret: { file: PATH } }";

async function judgeLeaf(leaf: Leaf, properties: object, thresholds: Thresholds): Promise<Violation[]> {
  const { path } = leaf;
  if (leaf.kind === "unknown") return NEEDED.test(path) ? [unknownAtPreview(path)] : [];
  const shapes = await knownShapes(leaf.text);
  if (shapes.length > 0) return [{ property: path, found: `what looks like ${shapes.join(", ")}`, expected }];
  if (hasPasswordHash(leaf.text))
    return [{ property: path, found: "what looks like the hash of a password", expected }];
  const { name, value } = named(leaf, properties);
  if (isSecret(name, value, thresholds)) return [{ property: path, found: `a plain value of ${name}`, expected }];
  if (!isScanned(path)) return [];
  const given = assigned(value).find((one) => nameOfSecret(one.name) !== "none" && looksRandom(one.value));
  if (given) return [{ property: path, found: `a plain value of ${given.name}`, expected }];
  return hasRandomWord(name, value, thresholds) ? [{ property: path, found: "a random word", expected }] : [];
}

function isSecret(name: string, value: string, { minLengthNamed, minEntropyNamed }: Thresholds): boolean {
  if (/^https?:\/\//.test(value) || isPath(value)) return false;
  switch (nameOfSecret(name)) {
    case "holds":
      return value.length >= minLengthNamed && entropy(value) >= minEntropyNamed;
    case "about":
      return looksRandom(value) || (/auth$/i.test(name) && isUserAndPassword(value));
    case "none":
      return false;
  }
}

/** `--name=value`, `NAME=value` and `name: value` in a command. */
function assigned(text: string): readonly { name: string; value: string }[] {
  return [...text.matchAll(ASSIGNED)].map(([, name = "", value = ""]) => ({ name, value }));
}

/** `NAME=value` of environment lists, the value of a label, or a property's own. */
function named(
  { path, key, text }: Extract<Leaf, { kind: "text" }>,
  properties: object,
): { name: string; value: string } {
  const [, name, value] = /^([A-Za-z_][A-Za-z0-9_.-]*)=(.*)$/s.exec(text) ?? [];
  if (path.startsWith("envs.") && name !== undefined && value !== undefined) return { name, value };
  const [, index] = /^labels\.(\d+)\.value$/.exec(path) ?? [];
  if (index === undefined) return { name: key, value: text };
  const labels = (properties as { labels?: readonly { label?: unknown }[] }).labels;
  const label = labels?.[Number(index)]?.label;
  return { name: typeof label === "string" ? label : key, value: text };
}

/** Digests, keys of hosts and whole configurations are random or long by nature: words are looked at where people write. */
function isScanned(path: string): boolean {
  return /^(envs|environment|labels|command|entrypoints|create|update|delete)(\.|$)/.test(path);
}

/** Letters of both cases and digits, or hex digits, which commits and checksums are, too. */
function hasRandomWord(name: string, text: string, { minEntropy, minLength }: Thresholds): boolean {
  return [...text.matchAll(WORD)].some(({ 0: word, index }) => {
    if (word.length < minLength) return false;
    if (/[a-z]/.test(word) && /[A-Z]/.test(word) && /[0-9]/.test(word)) return entropy(word) >= minEntropy;
    if (!/^([0-9a-f]{32,}|[0-9A-F]{32,})$/.test(word) || namesDigest(name)) return false;
    return entropy(word) >= MIN_HEX_ENTROPY && !DIGEST_BEFORE.test(text.slice(0, index));
  });
}
