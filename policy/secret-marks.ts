import { Secret } from "@pulumi/policy";
import { leaves } from "./leaves.ts";

/** A value that Pulumi keeps secret, and where it was seen. */
export interface KnownSecret {
  readonly value: string;
  readonly resource: string;
  readonly path: string;
}

/** What is known of secrets when a resource is judged. */
export interface SecretMarks {
  /** Whether Pulumi keeps the input at this path secret, or one around it. */
  readonly isSecret: (path: string) => boolean;
  /** Secrets of this resource and of those declared before it. */
  readonly known: readonly KnownSecret[];
}

/** Paths of the inputs that are marked as secrets, and all texts in them. */
export function markedIn(raw: unknown): { readonly paths: readonly string[]; readonly texts: readonly MarkedText[] } {
  const paths: string[] = [];
  const texts: MarkedText[] = [];
  const walk = (value: unknown, path: string, key: string): void => {
    if (value instanceof Secret) {
      paths.push(path);
      for (const leaf of leaves(value.value, path, key)) {
        if (leaf.kind === "text") texts.push({ ...leaf, isWhole: leaf.path === path });
      }
    } else if (typeof value === "object" && value !== null) {
      for (const [name, inner] of Object.entries(value)) {
        walk(inner, path === "" ? name : `${path}.${name}`, Array.isArray(value) ? key : name);
      }
    }
  };
  walk(raw, "", "");
  return { paths, texts };
}

export interface MarkedText {
  readonly path: string;
  readonly key: string;
  readonly text: string;
  /** It was marked itself, not only something that it is a part of. */
  readonly isWhole: boolean;
}

/** Marks of one resource's inputs. */
export function marksOf(paths: readonly string[], known: readonly KnownSecret[]): SecretMarks {
  return {
    isSecret: (path) => paths.some((marked) => path === marked || path.startsWith(`${marked}.`)),
    known,
  };
}
