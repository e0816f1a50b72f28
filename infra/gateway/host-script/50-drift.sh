# shellcheck shell=sh
# What somebody changed by hand: configuration files that aren't as they were applied, and an nginx that runs something else.

drift() {
  [ $# -eq 0 ] || wrong "drift"
  # While a structural change is under way, what runs and what is live differ for a moment.
  [ ! -f "$conf/lock" ] || lock "$conf/lock" 1 || busy "a structural change is under way"
  link=$(readlink "$conf/live" || :)
  live=${link##*/}
  [ -n "$live" ] || { answer ',"live":null,"running":null,"edited":[]'; return; }
  running=null
  if is_running; then
    running=$(running_generation)
    running=${running:-null}
  fi
  answer ",\"live\":$live,\"running\":$running,\"edited\":[$(edited | quoted)]"
}

edited() { # files of the live configuration that aren't as they were applied; generations of an older Sluice have no sums
  sums=$conf/live/applied.sums
  [ -f "$sums" ] || return 0
  contents "$conf/live" | awk -v sums="$sums" '
    BEGIN { while ((getline line < sums) > 0) { split(line, part, "  "); was[part[2]] = part[1] } }
    { split($0, part, "  "); if (was[part[2]] != part[1]) print part[2]; delete was[part[2]] }
    END { for (file in was) print file }' | sort
}

quoted() { # lines as JSON strings, with commas between them
  awk '{ printf "%s\"%s\"", (NR > 1 ? "," : ""), $0 }'
}
