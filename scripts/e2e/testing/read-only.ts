import { execFileSync } from "node:child_process";

/**
 * Makes a folder one that nobody can write to, not root either, by a mount over itself; needs root. It is taken away again by
 * what is returned, or when this process ends.
 */
export function mountReadOnly(folder: string): () => void {
  const mount = (...args: readonly string[]) => execFileSync("mount", [...args], { stdio: "ignore" });
  mount("--bind", folder, folder);
  const unmount = () => {
    process.off("exit", unmount);
    execFileSync("umount", ["-l", folder], { stdio: "ignore" });
  };
  process.once("exit", unmount);
  try {
    mount("-o", "remount,ro,bind", folder);
  } catch (error) {
    unmount();
    throw error;
  }
  return unmount;
}
