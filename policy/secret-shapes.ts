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

const HASHES = [
  // MD5 and SHA crypt; with a salt and a whole hash, since `$1$2` is also what a rewrite of nginx looks like.
  /\$\$?(apr1|1|5|6)\$\$?(rounds=\d+\$\$?)?[./A-Za-z0-9]{1,16}\$\$?[./A-Za-z0-9]{22}/,
  /\$\$?2[abxy]?\$\$?\d\d\$\$?[./A-Za-z0-9]{53}/,
  /\$\$?(y|gy|7)\$\$?[./A-Za-z0-9$]{40}/,
  /\$\$?argon2(id|i|d)\$/,
  /\{S?SHA(256|512)?\}[A-Za-z0-9+/=]{28}/,
];

/** Whether a text has the hash of a password in it, as `htpasswd` and its like make them: it can be guessed from there. */
export function hasPasswordHash(text: string): boolean {
  return HASHES.some((shape) => shape.test(text));
}

const RANDOM_LENGTH = 16;

/** Whether a text is one word that nobody chose: long enough, letters and digits mixed, no id. */
export function looksRandom(text: string): boolean {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text) || /^\d+$/.test(text)) return false;
  const isWord = /^[A-Za-z0-9+/_=-]+$/.test(text) && text.length >= RANDOM_LENGTH;
  return isWord && /[0-9]/.test(text) && /[A-Za-z]/.test(text) && entropy(text) >= 3 && !isPath(text);
}

/** Whether a text is a user's name with a password, as basic authentication has them. */
export function isUserAndPassword(text: string): boolean {
  return /^[^\s:/]+:[^\s:/]{6,}$/.test(text);
}

/** Whether a text is a place in the file system: several parts, of words. */
export function isPath(text: string): boolean {
  const [first, ...parts] = text.replace(/\/$/, "").split("/");
  return first === "" && parts.length > 1 && parts.every(isOfWords);
}

/** A random part falls to pieces: letters change their case, and digits stand between them. */
function isOfWords(part: string): boolean {
  if (!/^[A-Za-z0-9_.@-]+$/.test(part)) return false;
  const pieces = part.match(/[A-Z]?[a-z]+|[A-Z]+|\d+/g) ?? [];
  return part.length < 8 || part.length / pieces.length >= 3;
}
