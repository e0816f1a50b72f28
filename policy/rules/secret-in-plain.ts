import { z } from "zod";
import { type Leaf, leaves } from "../leaves.ts";
import { defineRule, unknownAtPreview, type Violation } from "../rule.ts";
import { entropy, knownShapes, namesSecret } from "../secret-shapes.ts";

/** Inputs in which a secret is looked for even at the price of refusing what isn't known yet. */
const NEEDED = /^(envs|environment|labels|command|entrypoints|create|update|delete|stdin|value|plaintextValue)(\.|$)/;
const WORD = /[A-Za-z0-9+_=-]+/g;

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
  const { name, value } = named(leaf, properties);
  if (
    namesSecret(name) &&
    value.length >= thresholds.minLengthNamed &&
    entropy(value) >= thresholds.minEntropyNamed &&
    !/^(\/|https?:\/\/)/.test(value)
  ) {
    return [{ property: path, found: `a plain value of ${name}`, expected }];
  }
  return isScanned(path) && wordsOf(value, thresholds) ? [{ property: path, found: "a random word", expected }] : [];
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

function wordsOf(text: string, { minEntropy, minLength }: Thresholds): boolean {
  return [...text.matchAll(WORD)].some(
    ([word]) =>
      word.length >= minLength &&
      /[a-z]/.test(word) &&
      /[A-Z]/.test(word) &&
      /[0-9]/.test(word) &&
      entropy(word) >= minEntropy,
  );
}
