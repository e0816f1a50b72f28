/** One file of a gateway's configuration; `path` is relative to the generation's folder. */
export interface ConfigFile {
  readonly path: string;
  readonly text: string;
}

/**
 * All files of one owner as the text that the host script's `apply` reads. Files are counted in lines, and the last line
 * shows that nothing was cut off.
 */
export function bundle(files: readonly ConfigFile[]): string {
  const parts = files.flatMap(({ path, text }) => {
    if (!text.endsWith("\n") || /[\0\r]/.test(text)) {
      throw new TypeError(`${path} must be text of whole lines that end in a line feed`);
    }
    const lines = text.slice(0, -1).split("\n");
    return [`file ${path} ${lines.length}`, ...lines];
  });
  return `${["sluice-bundle 1", ...parts, "end"].join("\n")}\n`;
}
