/**
 * Whether something with this name is meant to hold a secret: `holds` where that is what it is called, `about` where the
 * name only has such a word in it (`AUTH_PROVIDER`, `TOKEN_ISSUER`).
 */
export type NameOfSecret = "holds" | "about" | "none";

const HOLDS = /pass(word|wd|phrase)?$|secret|credential|private_?key|api_?key|access_?key|auth_?key|token$|pwd$/i;
const LAST = new Set(["key", "token", "secret", "pass", "password", "passwd", "passphrase", "pwd", "credential"]);
const ABOUT = new Set([...LAST, "auth"]);

/** Under which a secret is found elsewhere: GitHub's `secretName`. */
const NAME_OF_SECRET = /^secret_?name$/i;

/** Before `key`: what is known to all, or only finds something. */
const OPEN_KEYS = new Set(["public", "pub", "host", "primary", "foreign", "sort", "partition", "routing"]);

const DIGESTS =
  /^(commit|revision|rev|ref|digest|sha|sha1|sha256|sha512|md5|checksum|hash|etag|fingerprint|integrity|version|build|id|uuid)$/;

export function nameOfSecret(name: string): NameOfSecret {
  if (NAME_OF_SECRET.test(name)) return "none";
  const parts = partsOf(name);
  const [last = "", before = ""] = parts.toReversed();
  if (last === "key" && OPEN_KEYS.has(before)) return "none";
  if (LAST.has(last) || HOLDS.test(name)) return "holds";
  return parts.some((part) => ABOUT.has(part)) ? "about" : "none";
}

/** Whether something with this name is a long random word by nature, and known to all: a commit, a checksum. */
export function namesDigest(name: string): boolean {
  return partsOf(name).some((part) => DIGESTS.test(part));
}

/** Words of a name in lower case, singular: `DB_API_KEYS`, `dbApiKeys` and `db.api-keys` are db, api, key. */
function partsOf(name: string): readonly string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((part) => part !== "")
    .map((part) => (ABOUT.has(part.replace(/s$/, "")) ? part.replace(/s$/, "") : part));
}
