/** Marks the file as ours, so that one which a killed set-up left behind is known as such. */
export const POLICY_MARK = "# Written by sluice while it installs packages.";

/**
 * The installation as one shell script, run as root: services of new packages aren't started meanwhile (nginx would
 * take port 80). The policy file goes when the script ends; should the script be killed with it still there, it denies
 * nothing more and removes itself when it is next asked. A policy of the machine's own is left alone.
 */
export function installScript(packages: readonly string[]): string {
  return `set -eu
export DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ] || grep -q '^${POLICY_MARK}$' "$policy"; then
  trap 'rm -f "$policy"' EXIT
  trap 'exit 130' HUP INT TERM
  cat >"$policy.sluice" <<END
#!/bin/sh
${POLICY_MARK}
kill -0 $$ 2>/dev/null && exit 101
rm -f "\\$0"
exit 0
END
  chmod 755 "$policy.sluice"
  mv -f "$policy.sluice" "$policy"
fi
apt-get -o DPkg::Lock::Timeout=300 update || echo "some package lists can't be had; going on with those that can" >&2
apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends ${packages.join(" ")}
`;
}

/** The command that runs a script as root. */
export function asRoot(root: "root" | "sudo", script: string): [string, ...string[]] {
  const shell: [string, ...string[]] = ["sh", "-c", script];
  return root === "root" ? shell : ["sudo", "-n", ...shell];
}
