import { readFileSync } from "node:fs";

/** Clock ticks a second in /proc; the same on every Linux that Node runs on. */
const ticks = 100;

/** Seconds of processor time that a process and its children have used, ended ones too. */
export function cpuSeconds(pid: number): number {
  const [user, system, endedUser, endedSystem] = times(pid);
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean);
  const living = children.map((child) => times(Number(child))).reduce((sum, [a, b]) => sum + a + b, 0);
  return (user + system + endedUser + endedSystem + living) / ticks;
}

function times(pid: number): readonly [number, number, number, number] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The command's name stands in brackets and may hold any character.
    const fields = stat
      .slice(stat.lastIndexOf(")") + 2)
      .split(" ")
      .map(Number);
    return [fields[11] ?? 0, fields[12] ?? 0, fields[13] ?? 0, fields[14] ?? 0];
  } catch {
    return [0, 0, 0, 0]; // it ended just now
  }
}
