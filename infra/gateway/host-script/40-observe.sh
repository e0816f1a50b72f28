# shellcheck shell=sh
# What users' requests came to, from the gateway's access log, and who is still connected.

observe() { # <service> <cursor|start|end>
  [ $# -eq 2 ] || wrong "observe <service> <cursor|start|end>"
  is_service "$1" || wrong "expected a service as <org>.<service>, got: $1"
  case $2 in start | end) ;; '' | *[!0-9._]*) wrong "expected a cursor, start or end, got: $2" ;; esac
  scratch=$(mktemp -d) || failed "there is no room for the new log lines"
  read_logs "$2" || failed "the access log could not be read"
  answer ",\"cursor\":\"${reached:-start}\",\"gap\":$gap,\"slots\":{$(tally "$1")}"
}

# A cursor holds, for every log file there is, <inode>.<bytes read>.<time of its first line>: rotation only renames
# files, workers may write to a renamed one for a moment, and an inode may be given to another file later.
read_logs() { # <cursor>: new whole lines into $scratch/lines, and the new cursor into $reached
  : >"$scratch/lines" || return 1
  reached=
  gap=false
  case $1 in start | end) ;; *) gap=true ;; esac
  for file in "$logs"/access.log.*[0-9] "$logs/access.log"; do
    [ -f "$file" ] || continue
    position=$(stat -c '%i %s' "$file") || return 1
    inode=${position% *}
    size=${position#* }
    first=$(head -n 1 "$file" | sed -n 's/^{"time":\([0-9]*\)\.\([0-9]*\),.*/\1\2/p')
    find_start "$1"
    if [ "$size" -gt "$from" ]; then
      tail -c +$((from + 1)) "$file" | head -c $((size - from)) >"$scratch/part" || return 1
      read_bytes=$(whole_bytes $((size - from)))
      head -c "$read_bytes" "$scratch/part" >>"$scratch/lines" || return 1
      from=$((from + read_bytes))
    fi
    reached=${reached:+${reached}_}$inode.$from.${first:-0}
  done
}

find_start() { # <cursor>: sets $from to where $file is to be read from
  from=0
  case $1 in
    start) ;;
    end) from=$size ;;
    *)
      known=_$1_
      case $known in *"_$inode."*) known=${known#*"_$inode."} ;; *) return 0 ;; esac
      known=${known%%_*}
      # An empty file had no first line yet.
      if [ "${known%.*}" -le "$size" ] && { [ "${known#*.}" = "${first:-0}" ] || [ "${known#*.}" = 0 ]; }; then
        from=${known%.*}
        gap=false
      fi
      ;;
  esac
}

whole_bytes() { # <bytes of $scratch/part>: how many of them are whole lines
  awk -v size="$1" '{ before = all; all += length($0) + 1 } END { print (all > size ? before + 0 : all + 0) }' "$scratch/part"
}

tally() { # <service>: JSON of $scratch/lines by slot; streams have no duration worth counting, nor has what the other slot was asked for too; testers are left out
  awk -F '"' -v org="${1%%.*}" -v service="${1#*.}" '
    $6 != org || $10 != service || $4 != "org" || $28 != "request_time" { next }
    $18 == "testers" { next }
    $14 == "copies" { count("copies", $50); next }
    {
      if ($44 == "copied" && $46 != "") count("originals", $50)
      requests[$14]++
      statuses[$14, $26]++
      if ($22 == "1") { streams[$14]++; next }
      if ($40 == "other" && $42 != "") next
      times[$14, int(substr($29, 2) * 1000 + 0.5)]++
    }
    # Of a copy only the beginning of the answer is awaited: both sides are measured to there.
    function count(side, headers) {
      requests[side]++
      statuses[side, $26]++
      if (headers ~ /^[0-9.]+$/) times[side, int(headers * 1000 + 0.5)]++
    }
    function list(counts, slot, key, parts, text) {
      for (key in counts) {
        split(key, parts, SUBSEP)
        if (parts[1] == slot) text = text (text == "" ? "" : ",") "\"" parts[2] "\":" counts[key]
      }
      return text
    }
    END {
      for (slot in requests) {
        printf "%s\"%s\":{\"requests\":%d,\"streams\":%d,\"statuses\":{%s},\"milliseconds\":{%s}}", comma, slot, requests[slot], streams[slot], list(statuses, slot), list(times, slot)
        comma = ","
      }
    }' "$scratch/lines"
}

connections() { # <address:port>: established connections from the gateway to it
  [ $# -eq 1 ] || wrong "connections <address:port>"
  case $1 in *[!0-9a-fA-F.:]* | *: | :*[!0-9]*) wrong "expected a numeric address and a port, got: $1" ;; *:*) ;; *) wrong "expected a numeric address and a port, got: $1" ;; esac
  wanted=$(endpoint "${1%:*}" "${1##*:}") || wrong "expected a numeric address and a port, got: $1"
  count=$(sockets | awk -v wanted="$wanted" 'BEGIN { n = split(wanted, list, " "); for (i = 1; i <= n; i++) is[list[i]] = 1 }
    $4 == "01" && ($3 in is) { open++ } END { print open + 0 }') || failed "the gateway's connections could not be listed"
  answer ",\"connections\":$count"
}

sockets() { # the kernel's table, as the gateway's network has it
  if [ "$SLUICE_GATEWAY" = container ]; then
    "$SLUICE_DOCKER" exec "$SLUICE_CONTAINER" cat /proc/net/tcp /proc/net/tcp6
  elif [ -f /proc/net/tcp6 ]; then
    cat /proc/net/tcp /proc/net/tcp6
  else
    cat /proc/net/tcp
  fi
}

endpoint() { # <IPv4 address> <port>: as /proc/net/tcp and, mapped, /proc/net/tcp6 write it on a little-endian machine
  printf '%s\n' "$1" | awk -F . -v port="$2" 'NF != 4 || port !~ /^[0-9]+$/ || port > 65535 { exit 1 }
    { for (i = 1; i <= 4; i++) if ($i !~ /^[0-9]+$/ || $i > 255) exit 1
      address = sprintf("%02X%02X%02X%02X", $4, $3, $2, $1)
      printf "%s:%04X 0000000000000000FFFF0000%s:%04X\n", address, port, address, port }'
}

rotate_logs() { # <max bytes> <files to keep>
  [ $# -eq 2 ] || wrong "rotate-logs <max bytes> <files to keep>"
  is_number "$1" || wrong "expected a number of bytes, got: $1"
  is_number "$2" && [ "$2" -ge 1 ] || wrong "expected to keep 1 file or more, got: $2"
  lock_host
  rotated=
  for log in access error; do
    size=$(wc -c 2>/dev/null <"$logs/$log.log" || echo 0)
    [ "$size" -lt "$1" ] || [ "$size" -eq 0 ] || rotate "$log" "$2"
  done
  if [ -n "$rotated" ] && is_running; then
    attempt "nginx didn't open its logs anew" gateway -s reopen -e stderr -c "$conf/live/nginx.conf"
  fi
  answer ",\"rotated\":[$rotated]"
}

rotate() { # <log> <files to keep>
  for old in "$logs/$1.log".*[0-9]; do
    if is_number "${old##*.}" && [ "${old##*.}" -ge "$2" ]; then rm -f -- "$old"; fi
  done
  number=$(($2 - 1))
  while [ "$number" -ge 1 ]; do
    if [ -f "$logs/$1.log.$number" ]; then mv -f -- "$logs/$1.log.$number" "$logs/$1.log.$((number + 1))"; fi
    number=$((number - 1))
  done
  mv -f -- "$logs/$1.log" "$logs/$1.log.1"
  rotated=${rotated:+$rotated,}\"$1\"
}
