# shellcheck shell=sh
# What is kept for one service, below services/<org>.<service>/:
#   settled/<none|blue|green>  the one marker: which slot serves its users; moved by rename
#   current                    link to rollouts/<rollout>/<slot>-<share>, the overlay that a lease lays over it
#   ticks/<n>                  link to ../current: the lease is alive in tick n of the host's clock
#   rollouts/<rollout>/        overlays laid out ahead, one empty file a bucket; moved to ended/ when the rollout ends
#   fence/<token>              highest token seen; moved by rename, which works on a full disk
#   lease                      seconds of a tick, and ticks of a lease beside the current one

open_service() { # <service>
  is_service "$1" || wrong "expected a service as <org>.<service>, got: $1"
  name=$1
  service=$home/services/$1
  [ -f "$service/lock" ] || failed "$1 isn't known on this host: service-init comes first"
}

lock_service() {
  lock "$service/lock" "$SLUICE_LOCK_SECONDS" || busy "another call for $name held the lock for $SLUICE_LOCK_SECONDS s"
}

claim() { # <token>
  is_number "$1" || wrong "expected a token (a whole number), got: $1"
  token=$1
}

fence() { # the highest token seen
  seen=0
  for mark in "$service"/fence/*; do
    [ -f "$mark" ] || continue
    value=${mark##*/}
    value=${value#"${value%%[!0]*}"}
    [ "${value:-0}" -le "$seen" ] || seen=${value:-0}
  done
}

is_stale() { fence && [ "$token" -lt "$seen" ]; }

raise_fence() {
  padded=$(printf '%016d' "$token")
  [ ! -f "$service/fence/$padded" ] || return 0
  for mark in "$service"/fence/*; do
    if [ -f "$mark" ]; then
      attempt "the token could not be recorded" mv -f -- "$mark" "$service/fence/$padded"
    fi
  done
  [ -f "$service/fence/$padded" ] || attempt "the token could not be recorded" touch "$service/fence/$padded"
}

refuse_stale() {
  if is_stale; then refused "token $token is older than $seen: another driver has taken over"; fi
}

service_init() { # <service> [<tick seconds> <lease ticks>]
  [ $# -eq 1 ] || [ $# -eq 3 ] || wrong "service-init <service> [<tick seconds> <lease ticks>]"
  is_service "$1" || wrong "expected a service as <org>.<service>, got: $1"
  case ${2:-10} in 1 | 10) ;; *) wrong "expected ticks of 1 or 10 seconds, got: $2" ;; esac
  is_number "${3:-3}" && [ "${3:-3}" -ge 1 ] || wrong "expected 1 or more ticks, got: $3"
  service=$home/services/$1
  name=$1
  for folder in settled ticks rollouts ended fence; do
    attempt "the service's folders could not be made" mkdir -p "$service/$folder"
  done
  [ -f "$service/lock" ] || attempt "the service's lock could not be made" touch "$service/lock"
  lock_service
  open_folders
  if [ "$(cat "$service/lease" 2>/dev/null)" != "${2:-10} ${3:-3}" ]; then
    printf '%s %s\n' "${2:-10}" "${3:-3}" >"$service/lease.new"
    attempt "the lease's length could not be set" mv -f -- "$service/lease.new" "$service/lease"
  fi
  settled
  [ "$marker" != missing ] || attempt "the marker could not be made" touch "$service/settled/none"
  settled
  answer ",\"settled\":\"$marker\""
}

open_folders() { # the gateway's workers must be able to look in, whoever closed the folders
  chmod 755 "$home" "$home/services" "$service" "$service/settled" "$service/ticks" "$service/rollouts" 2>/dev/null || :
}

settled() { # the marker as nginx would find it; sets $marker
  if [ -f "$service/settled/green" ]; then marker=green
  elif [ -f "$service/settled/blue" ]; then marker=blue
  elif [ -f "$service/settled/none" ]; then marker=none
  else marker=missing; fi
}

settle() { # <service> <token> <slot|none>
  [ $# -eq 3 ] || wrong "settle <service> <token> <blue|green|none>"
  is_slot "$3" || [ "$3" = none ] || wrong "expected blue, green or none, got: $3"
  claim "$2"
  open_service "$1"
  lock_service
  settled
  before=$marker
  if is_stale; then
    [ "$before" = "$3" ] || refused "token $token is older than $seen, and $name is settled on $before"
    answer ",\"settled\":\"$3\",\"before\":\"$before\",\"changed\":false"
    return
  fi
  raise_fence
  open_folders
  move_marker "$3"
  changed=false
  [ "$before" = "$3" ] || changed=true
  answer ",\"settled\":\"$3\",\"before\":\"$before\",\"changed\":$changed"
}

move_marker() { # <slot|none>
  for old in green blue none; do
    if [ "$old" != "$1" ] && [ -f "$service/settled/$old" ]; then
      attempt "the marker could not be moved" mv -f -- "$service/settled/$old" "$service/settled/$1"
    fi
  done
  [ -f "$service/settled/$1" ] || attempt "the marker could not be made" touch "$service/settled/$1"
}

retire_service() { # <service>
  [ $# -eq 1 ] || wrong "retire-service <service>"
  is_service "$1" || wrong "expected a service as <org>.<service>, got: $1"
  [ ! -e "$conf/live/http.d/$1.conf" ] || refused "the gateway still has a route to $1: remove it first"
  if [ -d "$home/services/$1" ]; then
    open_service "$1"
    lock_service
    rm -rf -- "$home/retired.$1"
    attempt "the service's folder could not be moved" mv -- "$service" "$home/retired.$1"
  fi
  rm -rf -- "$home/retired.$1"
  answer ""
}
