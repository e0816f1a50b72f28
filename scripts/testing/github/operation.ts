import type { World } from "./world.ts";

/** One request that keeps to GitHub's description. */
export interface Call {
  readonly world: World;
  /** Login of whose token it came with. */
  readonly actor: string;
  /** Parts of the path, by their names in the description, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
  /** Address of the API, without a slash at its end. */
  readonly url: string;
  /** GitHub's own example of an answer, to be filled with what is so: a fresh copy. */
  example(status?: number): never;
}

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What this GitHub can do, by the description's operation ids such as `issues/create-label`. */
export type Operations = Readonly<Record<string, (call: Call) => Answer | Promise<Answer>>>;

/** Thrown by an operation instead of an answer. */
export class Failure extends Error {
  readonly answer: Answer;

  constructor(status: number, message: string, more: Readonly<Record<string, unknown>> = {}) {
    super(message);
    const body = { message, documentation_url: "https://docs.github.com/rest", status: String(status), ...more };
    this.answer = { status, body };
  }
}

export function notFound(): Failure {
  return new Failure(404, "Not Found");
}

/** As GitHub refuses what is well-formed and wrong. */
export function invalid(resource: string, field: string, code: string): Failure {
  return new Failure(422, "Validation Failed", { errors: [{ resource, field, code }] });
}

/** What is there, or the failure that GitHub answers with. */
export function found<T>(value: T | undefined): T {
  if (value === undefined) throw notFound();
  return value;
}

/** One page of a list, with the header that leads to the others. */
export function page<T>(
  call: Call,
  path: string,
  items: readonly T[],
): { items: T[]; headers: Record<string, string> } {
  const size = Math.min(Number(call.query.get("per_page") ?? 30), 100);
  const number = Number(call.query.get("page") ?? 1);
  const last = Math.max(1, Math.ceil(items.length / size));
  const link = (to: number, relation: string) => {
    const query = new URLSearchParams(call.query);
    query.set("page", String(to));
    return `<${call.url}${path}?${query.toString()}>; rel="${relation}"`;
  };
  const links = [
    ...(number < last ? [link(number + 1, "next"), link(last, "last")] : []),
    ...(number > 1 ? [link(number - 1, "prev"), link(1, "first")] : []),
  ];
  return {
    items: items.slice((number - 1) * size, number * size),
    headers: links.length > 0 ? { link: links.join(", ") } : {},
  };
}
