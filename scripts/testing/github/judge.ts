import addFormats from "ajv-formats";
import { OpenAPIBackend } from "openapi-backend";
import { describedOperations, ERROR } from "./description.ts";

/** A request as it came, below the API's own address. */
export interface Incoming {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** What a request asks for. */
export interface Asked {
  readonly operation: string;
  readonly params: Readonly<Record<string, string>>;
}

/** Holds requests and answers against GitHub's own description of them. */
export interface Judge {
  /** Undefined where no operation that this judge knows fits. */
  matched(incoming: Incoming): Asked | undefined;
  /** What is wrong with a request, each by its place. */
  requestProblems(incoming: Incoming, operation: string): string[];
  answerProblems(operation: string, status: number, body: unknown): string[];
  /** GitHub's own example of an answer. */
  example(operation: string, status: number): unknown;
}

export function judgeOf(operations: readonly string[]): Promise<Judge> {
  const key = [...operations].sort().join();
  const made = judges.get(key) ?? makeJudge(operations);
  judges.set(key, made);
  return made;
}

/** They keep nothing of what they judged, and take long to make. */
const judges = new Map<string, Promise<Judge>>();

async function makeJudge(operations: readonly string[]): Promise<Judge> {
  const definition = describedOperations(operations);
  const api = new OpenAPIBackend({
    definition: withErrorOperation(definition),
    apiRoot: "/",
    quick: true,
    validate: true,
    ajvOpts: { allErrors: true, strict: false },
    customizeAjv: (ajv) => (addFormats.default(ajv), ajv),
  });
  await api.init();
  const found = (operation: string) => {
    const one = api.getOperation(operation);
    if (one === undefined) throw new Error(`not in the description: ${operation}`);
    return one;
  };
  return {
    matched: (incoming) => {
      const operation = api.matchOperation(wire(incoming));
      if (operation?.operationId === undefined || operation.operationId === ANY) return undefined;
      const request = api.router.parseRequest(wire(incoming), operation);
      return { operation: operation.operationId, params: request.params as Record<string, string> };
    },
    requestProblems: (incoming, operation) => texts(api.validateRequest(wire(incoming), found(operation)).errors),
    answerProblems: (operation, status, body) => {
      const described = found(operation).responses?.[status];
      const content = described && "content" in described ? described.content : undefined;
      if (status >= 400 && content === undefined) return texts(api.validateResponse(body, found(ANY), 400).errors);
      if (content !== undefined) return texts(api.validateResponse(body, found(operation), status).errors);
      if (described === undefined) return [`${status} isn't one of its answers`];
      return body === undefined ? [] : ["expected no body"];
    },
    example: (operation, status) => structuredClone(exampleIn(found(operation).responses?.[status])),
  };
}

/** Not of GitHub: an operation whose failure is what GitHub fails with wherever nothing else is said. */
const ANY = "any/failure";

function withErrorOperation(definition: ReturnType<typeof describedOperations>): typeof definition {
  const failure = { description: "", content: { "application/json": { schema: { $ref: ERROR } } } };
  const operation = { operationId: ANY, responses: { 400: failure } };
  return { ...definition, paths: { ...definition.paths, "/-/failure": { get: operation } } };
}

function wire({ method, path, query, headers, body }: Incoming) {
  return {
    method,
    path,
    query: Object.fromEntries(query),
    headers: { ...headers },
    ...(body === undefined ? {} : { body }),
  };
}

interface Wrong {
  readonly instancePath: string;
  readonly message?: string;
  readonly params: object;
}

function texts(errors: readonly Wrong[] | null | undefined): string[] {
  return (errors ?? []).map(({ instancePath, message = "", params }) => {
    return `${instancePath || "/"} ${message} ${JSON.stringify(params)}`;
  });
}

function exampleIn(response: unknown): unknown {
  const { content } = response as { content?: Record<string, { examples?: Record<string, { value: unknown }> }> };
  const [example] = Object.values(content?.["application/json"]?.examples ?? {});
  return example?.value;
}
