import type { Command } from "commander";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { exitCode } from "./cli/exit.ts";
import { sluiceProgram } from "./program.ts";

const page = readFileSync(join(import.meta.dirname, "../docs/commands.md"), "utf8");

/** Options that every command made by `command` has; the page says so once. */
const common = ["--json", "--verbose"];

/** A command as the page shows it. */
interface Shown {
  readonly usage: string;
  readonly options: readonly string[];
}

/** Every command that does something, with its usage as in a heading: `sluice ledger init <environment>`. */
function commandsOf(command: Command, parents: readonly string[] = []): readonly Shown[] {
  const path = [...parents, command.name()];
  if (command.commands.length > 0) return command.commands.flatMap((one) => commandsOf(one, path));
  const args = command.registeredArguments.map((argument) => {
    const name = `${argument.name()}${argument.variadic ? "..." : ""}`;
    return argument.required ? `<${name}>` : `[${name}]`;
  });
  return [{ usage: [...path, ...args].join(" "), options: command.options.map(({ flags }) => flags) }];
}

/** The page's sections below `## Commands`: each heading is a usage, each row that starts with an option documents it. */
function sectionsOf(text: string): readonly Shown[] {
  return text
    .split(/^### /m)
    .slice(1)
    .map((section) => {
      const usage = /^`(.+)`/.exec(section)?.[1] ?? section;
      const [own = ""] = section.split(/^## /m);
      return { usage, options: [...own.matchAll(/^\| `(--[^`]+)`/gm)].map(([, flags]) => flags ?? "") };
    });
}

const program = commandsOf(sluiceProgram());
const documented = sectionsOf(page);

describe("docs/commands.md", () => {
  it("has a section for every command, and for no other", () => {
    expect(documented.map(({ usage }) => usage).toSorted()).toEqual(program.map(({ usage }) => usage).toSorted());
  });

  it.each(program)("documents the options of $usage, and no others", ({ usage, options }) => {
    const shown = documented.find((section) => section.usage === usage);
    expect(shown?.options.toSorted()).toEqual(options.filter((flags) => !common.includes(flags)).toSorted());
  });

  it("says once what every command takes", () => {
    const [intro = ""] = page.split(/^### /m);
    for (const flags of common) expect(intro).toContain(`| \`${flags}\``);
  });

  it("says what each exit code means", () => {
    const codes = [...page.matchAll(/^\| (\d+) +\|/gm)].map(([, code]) => Number(code));
    expect(codes).toEqual(Object.values(exitCode));
  });
});
