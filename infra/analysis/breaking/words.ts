const longest = 300;

/** Text of a repository's, in one line and without what a terminal would act upon. */
export function words(text: string): string {
  const line = text.replaceAll(/[\s\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]+/g, " ").trim();
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
}
