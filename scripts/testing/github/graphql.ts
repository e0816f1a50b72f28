import { buildSchema, execute, GraphQLError, type GraphQLSchema, parse, validate } from "graphql";
import type { Answer } from "./operation.ts";
import type { World } from "./world.ts";

/** What this GitHub answers to GraphQL: a resolver for each field of `Query` and `Mutation`. */
export type GraphqlAnswers = Readonly<Record<string, (args: Record<string, unknown>, asking: Asking) => unknown>>;

export interface Asking {
  readonly world: World;
  /** Login of whose token it came with. */
  readonly actor: string;
  /** Address of the pages for people, without a slash at its end. */
  readonly pages: string;
}

interface Asked extends Asking {
  readonly body: unknown;
  readonly problems: string[];
}

let schema: GraphQLSchema | undefined;

/** GitHub's own schema. Read once, when first needed: it is large. */
async function githubSchema(): Promise<GraphQLSchema> {
  if (schema !== undefined) return schema;
  const { schema: described } = await import("@octokit/graphql-schema");
  return (schema = buildSchema(described.idl, { assumeValid: true }));
}

/** The answer to a query that GitHub's schema allows; one that it doesn't is a problem of whoever asked. */
export async function answerGraphql(answers: GraphqlAnswers, asked: Asked): Promise<Answer> {
  const { body, problems } = asked;
  const { query, variables } = body as { query: string; variables?: Record<string, unknown> };
  const document = parse(query);
  const schema = await githubSchema();
  const wrong = validate(schema, document);
  if (wrong.length > 0) {
    problems.push(...wrong.map(({ message }) => `GraphQL: ${message}`));
    return { status: 200, body: { errors: wrong } };
  }
  const rootValue = Object.fromEntries(
    Object.entries(answers).map(([field, answer]) => [field, (args: Record<string, unknown>) => answer(args, asked)]),
  );
  const result = await execute({ schema, document, rootValue, variableValues: variables ?? {} });
  const unmeant = result.errors?.filter(({ extensions }) => extensions["type"] === undefined) ?? [];
  problems.push(...unmeant.map(({ message }) => `GraphQL: ${message}`));
  const errors = result.errors?.map((error) => ({ ...error.toJSON(), type: error.extensions["type"] }));
  return { status: 200, body: { data: result.data ?? null, ...(errors === undefined ? {} : { errors }) } };
}

/** As GitHub says that there is no such thing, or that something may not be so. */
export function graphqlFailure(type: "NOT_FOUND" | "UNPROCESSABLE" | "FORBIDDEN", message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { type } });
}
