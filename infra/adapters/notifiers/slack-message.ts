import type { KnownBlock } from "@slack/types";
import type { Notice } from "../../model/notice.ts";
import { fit } from "./texts.ts";

/** Most characters that Slack takes: of a section's text, of one of its fields, and how many fields there may be. */
const [mostText, mostField, mostFields] = [3_000, 2_000, 10];

const marks: Readonly<Record<Notice["change"], string>> = {
  refused: ":no_entry:",
  approvalNeeded: ":raised_hand:",
  started: ":arrow_forward:",
  step: ":arrow_up:",
  paused: ":raised_hand:",
  held: ":hourglass_flowing_sand:",
  promoted: ":white_check_mark:",
  rolledBack: ":leftwards_arrow_with_hook:",
  stranded: ":rotating_light:",
  reverting: ":leftwards_arrow_with_hook:",
  reverted: ":leftwards_arrow_with_hook:",
  revertFailed: ":rotating_light:",
  test: ":wave:",
};

/** What the whole channel sees, although it is in a rollout's thread: who should act or know, and how it ended. */
const loud: ReadonlySet<Notice["change"]> = new Set([
  "paused",
  "promoted",
  "rolledBack",
  "stranded",
  "reverted",
  "revertFailed",
]);

export interface SlackMessage {
  /** For what shows no blocks: a phone's lock screen. */
  readonly text: string;
  readonly blocks: KnownBlock[];
  /** Whether it belongs into the channel, too. */
  readonly isLoud: boolean;
}

/** A notice in Block Kit. */
export function slackMessage(notice: Notice): SlackMessage {
  const { change, environment, service, version, strategy, by, at, summary, reason, facts, next } = notice;
  const title = `${marks[change]} *${fit(oneLine(summary), mostText / 2, escaped)}*`;
  const why =
    reason === null ? "" : `\n>${fit(reason, mostText / 2 - 100, (text) => escaped(text).replaceAll("\n", "\n>"))}`;
  const blocks: KnownBlock[] = [{ type: "section", text: { type: "mrkdwn", text: title + why } }];
  if (facts.length > 0) blocks.push({ type: "section", fields: facts.slice(0, mostFields).map(fieldOf) });
  if (next.length > 0) {
    // Three of them would end the block of code.
    const lines = fit(next.join("\n").replaceAll("```", "'''"), mostText - 50, escaped);
    blocks.push({ type: "section", text: { type: "mrkdwn", text: `*What to do*\n\`\`\`${lines}\`\`\`` } });
  }
  const context = [environment, service, version, ...(strategy === null ? [] : [strategy]), `by ${by}`, at].join(" · ");
  blocks.push({ type: "context", elements: [{ type: "mrkdwn", text: fit(oneLine(context), mostField, escaped) }] });
  return { text: fit(oneLine(summary), mostText, escaped), blocks, isLoud: loud.has(change) };
}

function fieldOf({ name, value }: Notice["facts"][number]) {
  const heading = `*${fit(oneLine(name), 100, escaped)}*\n`;
  return { type: "mrkdwn" as const, text: heading + fit(value, mostField - heading.length, escaped) };
}

/** Slack's three control characters: without this a reason could mention a channel or hide a link. */
function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*[\r\n]+\s*/g, " ");
}
