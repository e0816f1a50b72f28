import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { answerGraphql, type GraphqlAnswers } from "./graphql.ts";
import { type Asked, type Incoming, type Judge, judgeOf } from "./judge.ts";
import { type Answer, Failure, type Operations } from "./operation.ts";
import { accounts } from "./operations/accounts.ts";
import { branchProtections } from "./operations/branch-protections.ts";
import { deployments } from "./operations/deployments.ts";
import { environmentValues } from "./operations/environment-values.ts";
import { environments } from "./operations/environments.ts";
import { issues } from "./operations/issues.ts";
import { labels } from "./operations/labels.ts";
import { createWorld, type World, type WorldOptions } from "./world.ts";

export interface GitHubOptions extends WorldOptions {
  /** Login that the token `token` is of; the first user otherwise. */
  readonly actor?: string;
  /** Beside those that it has: by GitHub's operation ids. */
  readonly operations?: Operations;
}

export interface LoggedRequest {
  /** `issues/create-label`, or `graphql`; undefined where it was of no operation known. */
  readonly operation: string | undefined;
  readonly method: string;
  /** With its query, below the API's address. */
  readonly path: string;
  readonly body: unknown;
  readonly status: number;
}

/** A GitHub (an Enterprise Server's addresses) on loopback. */
export interface GitHub {
  /** Of the REST API, without a slash at its end: `http://127.0.0.1:1234/api/v3`. */
  readonly url: string;
  /** One that is let in. */
  readonly token: string;
  readonly world: World;
  readonly requests: LoggedRequest[];
  /** What didn't keep to GitHub's description, of requests and of this server's answers. `close` throws when any is left. */
  readonly problems: string[];
  /** Answers the next requests that fit with this instead of doing what they ask for. */
  failNext(fits: (request: { operation: string; method: string }) => boolean, answer: Answer, times?: number): void;
  close(): Promise<void>;
}

const BASE = "/api/v3";

interface Planned {
  readonly fits: (request: { operation: string; method: string }) => boolean;
  readonly answer: Answer;
  left: number;
}

/**
 * Starts a GitHub that keeps what it is told. Every request is held against GitHub's own OpenAPI description (GraphQL
 * against its own schema), and so is every answer of this server; what the description or this server doesn't have is
 * refused with 501.
 */
export async function startGitHub(options: GitHubOptions = {}): Promise<GitHub> {
  const operations: Operations = {
    ...accounts,
    ...environments,
    ...environmentValues,
    ...labels,
    ...issues,
    ...deployments,
    ...options.operations,
  };
  const world = createWorld(options);
  const judge = await judgeOf(Object.keys(operations));
  const token = "ghp_test";
  const actor = options.actor ?? [...world.users.keys()][0];
  if (actor !== undefined) world.tokens.set(token, actor);
  const requests: LoggedRequest[] = [];
  const problems: string[] = [];
  const planned: Planned[] = [];
  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${BASE}`;
  const parts = { world, judge, operations, problems, url, graphql: branchProtections };

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const address = new URL(request.url ?? "/", "http://localhost");
    const isGraphql = address.pathname === "/api/graphql";
    const path = address.pathname.startsWith(`${BASE}/`) ? address.pathname.slice(BASE.length) : "";
    const incoming = {
      method: request.method ?? "GET",
      path,
      query: address.searchParams,
      headers: headersOf(request),
      body: await bodyOf(request),
    };
    const asked = isGraphql ? { operation: "graphql", params: {} } : path === "" ? undefined : judge.matched(incoming);
    const answer = withEtag(incoming, plannedFor(planned, incoming, asked) ?? (await answered(parts, incoming, asked)));
    const { status, body, headers = {} } = answer;
    if (asked !== undefined && !isGraphql) {
      const wrong = judged(() => judge.answerProblems(asked.operation, status, body));
      if (status !== 304) problems.push(...wrong.map((text) => `answer ${status} to ${asked.operation}: ${text}`));
    }
    const shown = isGraphql ? address.pathname : path + address.search;
    requests.push({ operation: asked?.operation, method: incoming.method, path: shown, body: incoming.body, status });
    response.writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  }

  return {
    url,
    token,
    world,
    requests,
    problems,
    failNext: (fits, answer, times = 1) => void planned.push({ fits, answer, left: times }),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      if (problems.length > 0) throw new Error(`not as GitHub describes it:\n${problems.join("\n")}`);
    },
  };
}

/** A description that can't be compiled is a problem like any other, and no reason to leave a request without an answer. */
function judged(judge: () => string[]): string[] {
  try {
    return judge();
  } catch (error) {
    return [`it can't be judged: ${String(error)}`];
  }
}

interface Parts {
  readonly world: World;
  readonly judge: Judge;
  readonly operations: Operations;
  readonly problems: string[];
  readonly url: string;
  readonly graphql: GraphqlAnswers;
}

async function answered(parts: Parts, incoming: Incoming, asked: Asked | undefined): Promise<Answer> {
  const { world, judge, operations, problems, url } = parts;
  const actor = world.tokens.get(/^(?:token|bearer) (.+)$/i.exec(incoming.headers["authorization"] ?? "")?.[1] ?? "");
  if (actor === undefined) return new Failure(401, "Bad credentials").answer;
  if (asked === undefined) {
    problems.push(`request ${incoming.method} ${incoming.path}: not of an operation that this server has`);
    return new Failure(501, "Not of an operation that this server has").answer;
  }
  const isGraphql = asked.operation === "graphql";
  const wrong = isGraphql ? [] : judge.requestProblems(incoming, asked.operation);
  if (wrong.length > 0) {
    problems.push(...wrong.map((text) => `request ${asked.operation}: ${text}`));
    return new Failure(422, `Invalid request.\n\n${wrong.join("\n")}`).answer;
  }
  try {
    if (isGraphql) {
      const pages = new URL(url).origin;
      return await answerGraphql(parts.graphql, { world, actor, pages, body: incoming.body, problems });
    }
    const example = (status = 200) => judge.example(asked.operation, status) as never;
    const body = (incoming.body ?? {}) as Record<string, unknown>;
    const call = { world, actor, params: asked.params, query: incoming.query, body, url, example };
    return (await operations[asked.operation]?.(call)) ?? { status: 501 };
  } catch (error) {
    if (error instanceof Failure) return error.answer;
    problems.push(`this server, at ${asked.operation}: ${String((error as Error).stack)}`);
    return new Failure(500, "Server Error").answer;
  }
}

function plannedFor(planned: readonly Planned[], { method }: Incoming, asked: Asked | undefined): Answer | undefined {
  if (asked === undefined) return undefined;
  const one = planned.find(({ left, fits }) => left > 0 && fits({ operation: asked.operation, method }));
  if (one === undefined) return undefined;
  one.left -= 1;
  return one.answer;
}

/** GitHub tells a client that what it asks for is what it already has. */
function withEtag({ method, headers }: Incoming, answer: Answer): Answer {
  if (answer.body === undefined || answer.status >= 300) return answer;
  const etag = `W/"${createHash("sha256").update(JSON.stringify(answer.body)).digest("hex")}"`;
  if (method === "GET" && headers["if-none-match"] === etag) return { status: 304, headers: { etag } };
  return { ...answer, headers: { etag, ...answer.headers } };
}

function headersOf(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString("utf8");
  return text === "" ? undefined : (JSON.parse(text) as unknown);
}
