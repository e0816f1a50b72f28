#!/bin/sh
# sluice-host: the only writer of a host's traffic markers, leases and gateway configuration.
# Installed and called by Sluice; every call answers one line of JSON. Exit codes:
# 0 done, 1 failed, 2 wrong use, 3 refused (stale token, ended rollout, refused configuration), 4 lock is busy.
# shellcheck shell=sh
set -eu
umask 022
LC_ALL=C
export LC_ALL
unset http_proxy all_proxy HTTP_PROXY ALL_PROXY || :

case $0 in */*) here=${0%/*} ;; *) here=. ;; esac
# shellcheck source=/dev/null
. "$here/sluice-host.conf"
home=$SLUICE_ROOT/sluice
logs=$SLUICE_ROOT/sluice-logs
run=$SLUICE_ROOT/sluice-run
conf=$home/conf
answered=
scratch=

answer() { # <JSON fields, each with a comma before it>
  answered=1
  printf '{"ok":true%s}\n' "$1"
}

stop() { # <exit code> <kind> <message>
  answered=1
  printf '{"ok":false,"kind":"%s","message":"%s"}\n' "$2" "$(escaped "$3")"
  exit "$1"
}
failed() { stop 1 failed "$1"; }
wrong() { stop 2 usage "$1"; }
refused() { stop 3 refused "$1"; }
busy() { stop 4 busy "$1"; }

escaped() { # text as the inside of a JSON string
  printf '%s' "$1" | tr -d '\000-\010\013-\037' | sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/	/\\t/g' |
    awk 'NR > 1 { printf "\\n" } { printf "%s", $0 }'
}

attempt() { # <what> <command...>: the command, or its own message as the failure
  attempted=$1
  shift
  said=$("$@" 2>&1) || failed "$attempted: $said"
}

write() { # <file> <text>
  printf '%s\n' "$2" >"$1"
}

leave() {
  code=$?
  [ -z "$scratch" ] || rm -rf -- "$scratch"
  if [ -z "$answered" ] && [ "$code" -ne 0 ]; then
    printf '{"ok":false,"kind":"failed","message":"the host script ended unexpectedly with exit code %s"}\n' "$code"
  fi
}
trap leave EXIT

is_number() { case $1 in '' | *[!0-9]* | 0?* | ????????????????*) return 1 ;; esac }
is_service() { case $1 in *.*.* | *[!a-z0-9.-]* | -* | *- | *.-* | *-.*) return 1 ;; ?*.?*) return 0 ;; *) return 1 ;; esac }
is_rollout() { case $1 in '' | -* | *[!A-Za-z0-9_-]*) return 1 ;; esac }
is_slot() { case $1 in blue | green) return 0 ;; *) return 1 ;; esac }
is_weight() { # percent, in the one way of writing it
  case $1 in 100 | [1-9] | [1-9][0-9] | 0.[1-9] | [1-9].[1-9] | [1-9][0-9].[1-9]) return 0 ;; *) return 1 ;; esac
}

lock() { # <file> <seconds>: held until this process ends
  exec 9<"$1"
  flock -n 9 && return 0
  # BusyBox's flock knows no time limit.
  if flock --version >/dev/null 2>&1; then
    flock -w "$2" 9 && return 0
    return 1
  fi
  tries=$(($2 * 20))
  while [ "$tries" -gt 0 ]; do
    sleep 0.05
    flock -n 9 && return 0
    tries=$((tries - 1))
  done
  return 1
}

now() { # seconds since the epoch, by this host's own clock
  if [ -n "${SLUICE_CLOCK_FILE:-}" ]; then cat "$SLUICE_CLOCK_FILE"; else date +%s; fi
}
