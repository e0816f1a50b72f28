/** How the engine begins to tell of one violation: `- [mandatory]  container-user  (docker:index:Container: web)`. */
const BEGINS = /^\s*- \[(\w+)\] +(\S+) +\(/;
/** The line of a pack, e.g. `❌ sluice@v1.0.0 (local: policy)`. */
const PACK = /^ {4}\S/;

/**
 * What the mandatory policies of a preview say, one line each: the rule, and the words of its violation. None where the
 * engine's report has no such violations.
 */
export function policyViolations(report: string): readonly string[] {
  const [, section = ""] = report.split(/^Policies:$/m);
  const [body = ""] = section.split(/^(?=\S)/m);
  const blocks: { level: string; rule: string; words: string[] }[] = [];
  for (const line of body.split("\n")) {
    const [begins, level = "", rule = ""] = BEGINS.exec(line) ?? [];
    if (begins !== undefined || PACK.test(line)) blocks.push({ level, rule, words: [] });
    else if (line.trim() !== "") blocks.at(-1)?.words.push(line.trim());
  }
  return blocks
    .filter(({ level }) => level === "mandatory")
    .map(
      ({ rule, words: [description = "", ...words] }) =>
        `${rule}: ${(words.length > 0 ? words : [description]).join(" ")}`,
    );
}
