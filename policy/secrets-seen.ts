import { markedIn, marksOf, type KnownSecret, type SecretMarks } from "./secret-marks.ts";
import { nameOfSecret } from "./secret-names.ts";
import { parseUrn } from "./urn.ts";

/**
 * Which inputs are secrets, noted as the engine shows them before resources are judged. Of a list or an object that is
 * secret as a whole nobody can tell which part is: those parts count that are named like a secret.
 */
export class SecretsSeen {
  readonly #paths = new Map<string, readonly string[]>();
  readonly #known = new Map<string, KnownSecret>();

  /** @param raw Inputs in which secrets are still wrapped. */
  note(urn: string, raw: unknown): void {
    const { paths, texts } = markedIn(raw);
    this.#paths.set(urn, paths);
    for (const { path, key, text, isWhole } of texts) {
      const [, name = key, value = text] = /^([A-Za-z_][A-Za-z0-9_.-]*)=(.*)$/s.exec(text) ?? [];
      if (!isWhole && nameOfSecret(name) !== "holds") continue;
      this.#known.set(value, { value, resource: parseUrn(urn).name, path });
    }
  }

  marks(urn: string): SecretMarks | undefined {
    const paths = this.#paths.get(urn);
    return paths && marksOf(paths, [...this.#known.values()]);
  }
}
