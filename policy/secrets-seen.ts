import { leaves } from "./leaves.ts";
import { type KnownSecret, markedIn, marksOf, type SecretMarks } from "./secret-marks.ts";
import { nameOfSecret } from "./secret-names.ts";
import { parseUrn } from "./urn.ts";

interface Noted {
  /** Paths of the inputs that are secrets. */
  readonly paths: readonly string[];
  /** Texts of the other inputs. */
  readonly plain: readonly PlainText[];
  /** How many secrets were known by then. */
  readonly secretsBefore: number;
}

interface PlainText {
  readonly path: string;
  readonly text: string;
}

/** A secret that stands in plain in a resource that was declared before it. */
export interface Told {
  readonly urn: string;
  readonly path: string;
  readonly secret: KnownSecret;
}

/**
 * Which inputs are secrets, noted as the engine shows them before resources are judged. Of a list or an object that is
 * secret as a whole nobody can tell which part is: those parts count that are named like a secret.
 */
export class SecretsSeen {
  readonly #noted = new Map<string, Noted>();
  readonly #known = new Map<string, KnownSecret>();

  /** @param raw Inputs in which secrets are still wrapped. */
  note(urn: string, raw: unknown): void {
    const { paths, texts } = markedIn(raw);
    for (const { path, key, text, isWhole } of texts) {
      const [, name = key, value = text] = /^([A-Za-z_][A-Za-z0-9_.-]*)=(.*)$/s.exec(text) ?? [];
      if (!isWhole && nameOfSecret(name) !== "holds") continue;
      // The first place stays: by their order it is told which secrets came after a resource.
      if (!this.#known.has(value)) this.#known.set(value, { value, resource: parseUrn(urn).name, path });
    }
    const { isSecret } = marksOf(paths, []);
    const plain = [...leaves(raw)].flatMap((leaf) =>
      leaf.kind === "text" && !isSecret(leaf.path) ? [{ path: leaf.path, text: leaf.text }] : [],
    );
    this.#noted.set(urn, { paths, plain, secretsBefore: this.#known.size });
  }

  marks(urn: string): SecretMarks | undefined {
    const noted = this.#noted.get(urn);
    return noted && marksOf(noted.paths, [...this.#known.values()]);
  }

  /** Once all resources were noted: where a secret is in plain that wasn't known yet when its resource was. */
  toldBefore(minLength: number): readonly Told[] {
    const known = [...this.#known.values()];
    return [...this.#noted].flatMap(([urn, { plain, secretsBefore }]) => {
      const later = known.slice(secretsBefore).filter(({ value }) => value.length >= minLength);
      return plain.flatMap(({ path, text }) => {
        const secret = later.find(({ value }) => text.includes(value));
        return secret ? [{ urn, path, secret }] : [];
      });
    });
  }
}
