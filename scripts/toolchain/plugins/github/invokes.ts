import { text } from "../bridge/get.ts";
import type { InvokeResponse, JsonObject } from "../shared/rpc.ts";
import type { Account } from "./client.ts";

type Invoke = (account: Account, args: JsonObject) => Promise<JsonObject>;

/** Look-ups, with as much of the official provider's answers as the components read. */
const INVOKES: Readonly<Record<string, Invoke>> = {
  "github:index/getUser:getUser": async ({ octokit }, args) => {
    const username = text(args, "username");
    const { data } = await octokit.request("GET /users/{username}", { username });
    return { id: String(data.id), username, login: data.login, nodeId: data.node_id };
  },
  "github:index/getTeam:getTeam": async ({ octokit, owner }, args) => {
    if (args["summaryOnly"] !== true)
      throw new Error("Sluice's own GitHub plugin looks teams up with summaryOnly alone");
    const slug = text(args, "slug");
    const { data } = await octokit.request("GET /orgs/{org}/teams/{team_slug}", { org: owner, team_slug: slug });
    return { id: String(data.id), slug, name: data.name, nodeId: data.node_id, summaryOnly: true };
  },
};

/** @throws with what was looked for, where it can't be found. */
export async function invoke(account: Account, token: string, args: JsonObject): Promise<InvokeResponse> {
  const found = INVOKES[token];
  if (found === undefined) {
    throw new Error(
      `${token} is not supported by Sluice's own GitHub plugin: it knows ${Object.keys(INVOKES).join(", ")}`,
    );
  }
  try {
    return { properties: await found(account, args) };
  } catch (error) {
    const asked = Object.values(args).filter((value) => typeof value === "string");
    throw new Error(`${token} of ${asked.join(", ")}: ${(error as Error).message}`, { cause: error });
  }
}
