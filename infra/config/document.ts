import { isAlias, isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from "yaml";
import type { Path } from "./path.ts";

/** Something that is wrong with the YAML itself, before any schema is looked at. */
export interface YamlProblem {
  readonly offset: number;
  readonly message: string;
  /** The text can still be read as data: a doubled key, for one. */
  readonly readable: boolean;
}

/** A YAML text as plain data, with the line that each key stands on. */
export interface SettingsDocument {
  /** What the text says; `undefined` when it can't be read as data at all. */
  readonly data: unknown;
  readonly problems: readonly YamlProblem[];
  lineAt(offset: number): number;
  /** 1-based line of the key at a path, or of the nearest key around it when the path isn't there. */
  lineOf(path: Path): number;
  /** Path of the mapping or value that spans an offset of the text. */
  pathAt(offset: number): Path;
}

export function readDocument(text: string): SettingsDocument {
  const lines = new LineCounter();
  // Pretty errors quote the source, in which there may be a secret.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true });
  const problems = [...document.errors, ...document.warnings].map(({ code, message, pos }) => ({
    offset: pos[0],
    message: wording(code, message),
    readable: code === "DUPLICATE_KEY",
  }));
  const { data, problem } = toData(document);
  return {
    data: problems.every(({ readable }) => readable) ? data : undefined,
    problems: problem === undefined ? problems : [...problems, problem],
    lineAt: (offset) => lines.linePos(offset).line,
    lineOf: (path) => lines.linePos(offsetOf(document, path)).line,
    pathAt: (offset) => pathTo(document.contents, offset, []),
  };
}

function toData(document: Document): { data: unknown; problem?: YamlProblem } {
  try {
    return { data: document.toJS({ maxAliasCount: 100 }) as unknown };
  } catch (error) {
    // `yaml` throws for an alias without an anchor, and for aliases that multiply without bounds.
    if (!(error instanceof ReferenceError)) throw error;
    const missing = error.message.startsWith("Unresolved alias");
    return {
      data: undefined,
      problem: {
        offset: 0,
        readable: false,
        message: missing
          ? `expected an anchor for every alias: ${error.message}`
          : "expected fewer aliases (at most 100)",
      },
    };
  }
}

/** Our words for the few codes whose message would quote the text, and for the one that people meet most. */
function wording(code: string, message: string): string {
  switch (code) {
    case "DUPLICATE_KEY":
      return "this key stands twice in one mapping";
    case "UNEXPECTED_TOKEN":
    case "BAD_DQ_ESCAPE":
      return "not YAML: something unexpected stands here";
    case "TAG_RESOLVE_FAILED":
      return "expected a value without a YAML tag: a plain value that starts with ! must be quoted";
    default:
      return `not YAML: ${message}`;
  }
}

/** The offset of the key (or list item) at `path`, following aliases, as far as the path goes. */
function offsetOf(document: Document, path: Path): number {
  let node: unknown = document.contents;
  let offset = startOf(node, 0);
  for (const part of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => keyText(key) === String(part));
      if (pair === undefined) return offset;
      offset = startOf(pair.key, offset);
      node = pair.value;
    } else if (isSeq(node) && typeof part === "number") {
      node = node.items[part];
      offset = startOf(node, offset);
    } else return offset;
  }
  return offset;
}

function pathTo(node: unknown, offset: number, path: Path): Path {
  if (isMap(node)) {
    for (const { key, value } of node.items) {
      const here = [...path, keyText(key)];
      if (spans(key, offset)) return here;
      if (spans(value, offset)) return pathTo(value, offset, here);
    }
  } else if (isSeq(node)) {
    const index = node.items.findIndex((item) => spans(isPair(item) ? item.value : item, offset));
    if (index >= 0) return pathTo(node.items[index], offset, [...path, index]);
  }
  return path;
}

function spans(node: unknown, offset: number): boolean {
  const range = (node as Node | null)?.range;
  return range ? range[0] <= offset && offset < range[1] : false;
}

function startOf(node: unknown, otherwise: number): number {
  return (node as Node | null)?.range?.[0] ?? otherwise;
}

function keyText(key: unknown): string {
  return String(isScalar(key) ? key.value : key);
}
