import { lintSource } from "@secretlint/core";
import { rules } from "@secretlint/secretlint-rule-preset-recommend";

/** Rules of secretlint, without the one by which a comment in the text would switch them off. */
const config = {
  rules: rules
    .filter(({ meta }) => meta.id !== "@secretlint/secretlint-rule-filter-comments")
    .map((rule) => ({ id: rule.meta.id, rule, options: {} })),
};

/** Names of the well-known shapes of secrets (tokens, keys, connection strings) in a text. */
export async function knownShapes(text: string): Promise<readonly string[]> {
  const source = { filePath: "input", content: text, contentType: "text" as const, ext: "" };
  const { messages } = await lintSource({ source, options: { config, locale: "en", maskSecrets: true } });
  return [...new Set(messages.map(({ messageId }) => messageId))];
}

/** Randomness of a text in bits a character, by how often each occurs: 4 at most for hex digits, 6 for base64. */
export function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  const length = [...text].length;
  return [...counts.values()].reduce((sum, count) => sum - (count / length) * Math.log2(count / length), 0);
}

const SECRET_NAME =
  /pass(word|wd|phrase)?$|secret|credential|private_?key|api_?key|access_?key|auth_?key|(^|[_-])(token|pwd)$|[a-z]Token$/i;

/** Under which a secret is found elsewhere: GitHub's `secretName`. */
const NAME_OF_SECRET = /^secret_?name$/i;

/** Whether something with this name is meant to hold a secret. */
export function namesSecret(name: string): boolean {
  return SECRET_NAME.test(name) && !NAME_OF_SECRET.test(name);
}
