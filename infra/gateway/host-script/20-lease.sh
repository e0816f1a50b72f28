# shellcheck shell=sh
# Overlays and leases: while a tick's link leads to a bucket's file, that bucket's clients go to the overlay's slot.

prepare() { # <service> <token> <rollout> <slot> <share...>, the order of the buckets on stdin
  [ $# -ge 5 ] || wrong "prepare <service> <token> <rollout> <slot> <share...>"
  asked=$1
  claim "$2"
  rollout_and_slot "$3" "$4"
  shift 4
  for share in "$@"; do is_share "$share"; done
  order=$(awk '{ for (i = 1; i <= NF; i++) if ($i ~ /^[0-9]+$/ && $i < 1000 && !seen[$i + 0]++) { n++; printf "%03d ", $i } else bad = 1 }
    END { exit bad || n != 1000 }') || wrong "expected the numbers 0-999 on stdin, each once"
  open_service "$asked"
  lock_service
  refuse_stale
  [ ! -e "$service/ended/$rollout" ] || refused "rollout $rollout has ended on this host"
  if [ -d "$service/rollouts/$rollout" ] && [ "$(cat "$service/rollouts/$rollout/order")" != "$order" ]; then
    refused "rollout $rollout was prepared with another order of buckets"
  fi
  raise_fence
  rm -rf -- "$service"/ended/*/* "$service/preparing"
  # An ended rollout's empty folder refuses latecomers; older ones are refused by their token.
  # shellcheck disable=SC2012
  ls -1t "$service/ended" | tail -n +21 | while read -r old; do rm -rf -- "$service/ended/$old"; done
  lay_out "$@"
  open_folders
  answer ",\"rollout\":\"$rollout\""
}

lay_out() { # <share...>: whole overlays only, made aside and renamed
  draft=$service/preparing/$rollout
  attempt "the overlays could not be laid out" mkdir -p "$draft"
  attempt "the overlays could not be laid out" write "$draft/order" "$order"
  for share in "$@"; do
    overlay=$slot-$share
    [ ! -d "$service/rollouts/$rollout/$overlay" ] || continue
    attempt "the overlays could not be laid out" mkdir -p "$draft/$overlay/$slot"
    attempt "the overlays could not be laid out" touch "$draft/$overlay/$slot/testers"
    case $share in
      0) ;;
      copies-*)
        attempt "the overlays could not be laid out" mkdir "$draft/$overlay/copies-$slot"
        attempt "the overlays could not be laid out" make_buckets "$draft/$overlay/copies-$slot" "${share#copies-}"
        ;;
      *) attempt "the overlays could not be laid out" make_buckets "$draft/$overlay/$slot" "$share" ;;
    esac
  done
  if [ ! -d "$service/rollouts/$rollout" ]; then
    attempt "the overlays could not be laid out" mv -T -- "$draft" "$service/rollouts/$rollout"
    return
  fi
  for overlay in "$draft"/*; do
    if [ -d "$overlay" ]; then
      attempt "the overlays could not be laid out" mv -T -- "$overlay" "$service/rollouts/$rollout/${overlay##*/}"
    fi
  done
}

make_buckets() { # <folder> <weight>
  awk -v folder="$1" -v weight="$2" '{
    last = int(weight * 10 + 0.5)
    for (i = 1; i <= last; i++) { printf "" > (folder "/" $i); close(folder "/" $i) }
  }' "$draft/order" && [ -f "$1/$(awk -v weight="$2" '{ print $(int(weight * 10 + 0.5)) }' "$draft/order")" ]
}

is_share() { # <share>: percent of the clients (0: testers only), or of their requests that are copied
  is_weight "${1#copies-}" || [ "$1" = 0 ] || wrong "expected 0, a weight of 0.1-100, or copies-<weight>, got: $1"
}

rollout_and_slot() { # <rollout> <slot>
  is_rollout "$1" || wrong "expected a rollout of letters, digits, - and _, got: $1"
  is_slot "$2" || wrong "expected blue or green, got: $2"
  rollout=$1
  slot=$2
}

lease() { # <service> <token> <rollout> <slot> <share>
  [ $# -eq 5 ] || wrong "lease <service> <token> <rollout> <slot> <share>"
  claim "$2"
  rollout_and_slot "$3" "$4"
  is_share "$5"
  open_service "$1"
  lock_service
  refuse_stale
  # Never made here: a renewal that comes after the end must not bring the overlay back.
  [ -d "$service/rollouts/$rollout" ] || refused "rollout $rollout has ended on this host, or was never prepared"
  overlay=rollouts/$rollout/$slot-$5
  [ -d "$service/$overlay" ] || failed "$5 on $slot isn't prepared for rollout $rollout"
  raise_fence
  if [ "$(readlink "$service/current" || :)" != "$overlay" ]; then
    rm -f -- "$service/current.new"
    attempt "the overlay could not be switched" ln -s -- "$overlay" "$service/current.new"
    attempt "the overlay could not be switched" mv -T -f -- "$service/current.new" "$service/current"
  fi
  renew
  answer ",\"rollout\":\"$rollout\",\"slot\":\"$slot\",\"weight\":${5#copies-},\"tick\":$tick,\"lapsesAt\":$(((tick + ticks + 1) * seconds))"
}

renew() { # makes the links of this tick and the next ones the only ones
  read -r seconds ticks <"$service/lease"
  tick=$(($(now) / seconds))
  wanted=$tick
  while [ "$wanted" -le $((tick + ticks)) ]; do
    if [ ! -L "$service/ticks/$wanted" ]; then
      if find_spare; then
        # A spare link is used again: that needs no room on the disk.
        attempt "the lease could not be renewed" mv -T -f -- "$spare" "$service/ticks/$wanted"
      else
        attempt "the lease could not be renewed" ln -s ../current "$service/ticks/$wanted"
      fi
    fi
    wanted=$((wanted + 1))
  done
  while find_spare; do attempt "an old tick could not be removed" rm -f -- "$spare"; done
}

find_spare() { # a tick's link outside of the lease; sets $spare
  for spare in "$service"/ticks/*; do
    [ -L "$spare" ] || continue
    value=${spare##*/}
    is_number "$value" && [ "$value" -ge "$tick" ] && [ "$value" -le $((tick + ticks)) ] || return 0
  done
  return 1
}

clear() { # <service> <token> [<rollout>]
  [ $# -eq 2 ] || [ $# -eq 3 ] || wrong "clear <service> <token> [<rollout>]"
  claim "$2"
  [ $# -eq 2 ] || is_rollout "$3" || wrong "expected a rollout of letters, digits, - and _, got: $3"
  open_service "$1"
  forced=false
  if ! lock "$service/lock" "$SLUICE_LOCK_SECONDS"; then
    # Whoever holds the lock hangs. Ending the rollout is one rename, safe without it: its overlays are gone at once,
    # and nobody makes them again.
    forced=true
  fi
  if is_stale; then
    if [ ! -L "$service/current" ] && { [ $# -eq 2 ] || [ ! -e "$service/rollouts/$3" ]; }; then
      answer ',"changed":false,"forced":false'
      return
    fi
    refused "token $token is older than $seen: another driver has taken over"
  fi
  changed=false
  if [ -L "$service/current" ]; then
    changed=true
    attempt "the overlay could not be taken away" rm -f -- "$service/current"
  fi
  for tick in "$service"/ticks/*; do
    if [ -L "$tick" ]; then attempt "a tick could not be removed" rm -f -- "$tick"; fi
  done
  end_rollouts "${3:-}"
  # A rollout that never came this far is ended too, in case its prepare is still under way.
  [ $# -eq 2 ] || mkdir -p "$service/ended/$3" 2>/dev/null || :
  [ "$forced" = true ] || raise_fence
  answer ",\"changed\":$changed,\"forced\":$forced"
}

end_rollouts() { # [<rollout>]: one, or all
  for folder in "$service/rollouts/"*; do
    [ -d "$folder" ] || continue
    if [ -z "$1" ] || [ "$1" = "${folder##*/}" ]; then
      mv -T -- "$folder" "$service/ended/${folder##*/}" 2>/dev/null ||
        attempt "the rollout could not be ended" rm -rf -- "$folder"
    fi
  done
}

state() { # <service>
  [ $# -eq 1 ] || wrong "state <service>"
  open_service "$1"
  settled
  fence
  read -r seconds ticks <"$service/lease"
  tick=$(($(now) / seconds))
  current=$(readlink "$service/current" || :)
  alive=0
  for link in "$service"/ticks/*; do
    value=${link##*/}
    if [ -L "$link" ] && [ -d "$link" ] && [ "$value" -ge "$tick" ]; then alive=$((alive + 1)); fi
  done
  answer ",\"settled\":\"$marker\",\"token\":$seen,\"current\":\"$current\",\"tick\":$tick,\"tickSeconds\":$seconds,\"leaseTicks\":$alive,\"rollouts\":[$(names_in rollouts)],\"ended\":[$(names_in ended)]"
}

names_in() { # <folder>: its entries as JSON strings
  comma=
  for entry in "$service/$1"/*; do
    if [ -d "$entry" ]; then
      printf '%s"%s"' "$comma" "${entry##*/}"
      comma=,
    fi
  done
}
