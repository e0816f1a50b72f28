/** Told what a long step is doing, one line at a time. */
export type Progress = (line: string) => void;

/** Progress goes to stderr: stdout is for a command's result. */
export const toStderr: Progress = (line) => void process.stderr.write(`${line}\n`);
