# shellcheck shell=sh
# Structural changes of the gateway: a whole generation of its configuration is made aside, tested, swapped in and reloaded.

apply() { # <base|service>, a bundle on stdin
  [ $# -eq 1 ] || wrong "apply <base|service>"
  is_owner "$1"
  parcel=$(cat)
  listed=$(printf '%s\n' "$parcel" | list_files) || wrong "the bundle on stdin is broken or was cut off"
  change "$1"
}

remove() { # <base|service>
  [ $# -eq 1 ] || wrong "remove <base|service>"
  is_owner "$1"
  parcel=
  listed=
  if [ "$1" != base ]; then
    [ -e "$conf/live" ] || { answer ',"changed":false,"generation":0'; return; }
    change "$1"
    return
  fi
  [ -d "$conf" ] || { answer ',"changed":false,"generation":0'; return; }
  lock_host
  for file in "$conf"/live/http.d/*.conf; do
    [ ! -f "$file" ] || refused "the gateway still has a route to $(basename "$file" .conf)"
  done
  rm -rf -- "$conf/live" "$conf/generations"
  answer ',"changed":true,"generation":0'
}

is_owner() { [ "$1" = base ] || is_service "$1" || wrong "expected base or a service as <org>.<service>, got: $1"; }

lock_host() {
  mkdir -p "$conf/generations" "$logs" "$run" || failed "the gateway's folders could not be made"
  [ -z "${SLUICE_RUN_AS:-}" ] || chown "$SLUICE_RUN_AS" "$logs" "$run" || failed "$logs and $run could not be given to $SLUICE_RUN_AS"
  [ -f "$conf/lock" ] || attempt "the host's lock could not be made" touch "$conf/lock"
  # Stacks of several services change one host at the same time: each waits for the reloads of those before it.
  patience=$((SLUICE_RELOAD_SECONDS * 4))
  lock "$conf/lock" "$patience" || busy "another structural change held the host's lock for $patience s"
}

list_files() { # paths in a bundle; fails unless it is whole
  awk 'NR == 1 { if ($0 != "sluice-bundle 1") exit 1; next }
    left > 0 { left--; next }
    $0 == "end" { whole = NR; next }
    $1 == "file" && NF == 3 && $3 ~ /^[0-9]+$/ && !whole { print $2; left = $3; next }
    { exit 1 }
    END { if (whole != NR || left > 0) exit 1 }'
}

unpack() { # <folder>
  awk -v folder="$1" 'NR == 1 { next }
    left > 0 { print > file; if (--left == 0) close(file); next }
    $1 == "file" { file = folder "/" $2; left = $3; printf "" > file; if (left == 0) close(file) }'
}

change() { # <owner>: puts $parcel in the place of all the owner's files
  lock_host
  link=$(readlink "$conf/live" || :)
  live=${link##*/}
  [ "$1" = base ] || [ -n "$live" ] || refused "this gateway has no base configuration yet"
  make_candidate "$1"
  if [ -n "$live" ] && [ "$(contents "$conf/live")" = "$(contents "$candidate")" ]; then
    rm -rf -- "$candidate"
    scratch=
    is_running || { answer ",\"changed\":false,\"generation\":$live,\"running\":false"; return; }
    # A call that was killed may have swapped without reloading.
    [ "$(running_generation)" = "$live" ] || reload_to "$live"
    answer ",\"changed\":false,\"generation\":$live,\"running\":true"
    return
  fi
  test_candidate
  point_live_at "$next"
  scratch=
  if is_running; then
    reload_to "$next"
    running=true
  else
    running=false
  fi
  prune
  answer ",\"changed\":true,\"generation\":$next,\"running\":$running"
}

make_candidate() { # <owner>
  next=1
  for folder in "$conf"/generations/*; do
    number=${folder##*/}
    if is_number "$number" && [ "$number" -ge "$next" ]; then next=$((number + 1)); fi
  done
  candidate=$conf/generations/$next
  scratch=$candidate
  attempt "the candidate configuration could not be written" mkdir -p "$candidate/http.d" "$candidate/status.d" "$candidate/sites"
  [ -z "$live" ] || attempt "the candidate configuration could not be written" cp -R "$conf/live/." "$candidate/"
  drop_owned "$1"
  for path in $listed; do
    may_own "$1" "$path"
    attempt "the candidate configuration could not be written" mkdir -p "$candidate/$(dirname -- "$path")"
  done
  if [ -n "$parcel" ]; then
    printf '%s\n' "$parcel" | unpack "$candidate" || failed "the candidate configuration could not be written"
  fi
  check_sites
  printf 'map "" $sluice_generation { default %s; }\n' "$next" >"$candidate/generation.conf"
  contents "$candidate" >"$candidate/applied.sums" || failed "the candidate configuration could not be written"
}

drop_owned() { # <owner>: its files, not yet what replaces them
  if [ "$1" = base ]; then
    rm -f -- "$candidate/nginx.conf" "$candidate"/sites/*/00-site.conf
  else
    rm -f -- "$candidate/http.d/$1.conf" "$candidate/status.d/$1.conf" "$candidate"/sites/*/"$1.conf"
  fi
}

may_own() { # <owner> <path>
  case $2 in *..* | /* | *[!A-Za-z0-9._/-]*) wrong "a bundle can't hold the path $2" ;; esac
  if [ "$1" = base ]; then
    case $2 in nginx.conf | sites/*/00-site.conf) return 0 ;; esac
  else
    case $2 in http.d/"$1".conf | status.d/"$1".conf | sites/*/"$1".conf) return 0 ;; esac
  fi
  wrong "$2 doesn't belong to $1"
}

check_sites() { # a route on a site that nobody declares would silently serve nothing
  for file in "$candidate"/sites/*/*.conf; do
    [ -f "$file" ] || continue
    site=${file%/*}
    [ -f "$site/00-site.conf" ] || refused "site ${site##*/} of $(basename "$file" .conf) isn't declared on this gateway"
  done
  for site in "$candidate"/sites/*; do
    [ -f "$site/00-site.conf" ] || rm -rf -- "$site"
  done
}

contents() { # <folder>: the same for equal configurations
  (cd "$1" && for file in nginx.conf http.d/*.conf status.d/*.conf sites/*/*.conf; do
    [ ! -f "$file" ] || sha256sum "$file"
  done)
}

gateway() { # nginx's binary with these arguments, where the gateway runs
  if [ "$SLUICE_GATEWAY" = container ]; then
    "$SLUICE_DOCKER" exec "$SLUICE_CONTAINER" "$SLUICE_NGINX" "$@" 9<&-
  else
    "$SLUICE_NGINX" "$@" 9<&-
  fi
}

is_running() {
  if [ "$SLUICE_GATEWAY" = container ]; then
    [ "$("$SLUICE_DOCKER" inspect -f '{{.State.Running}}' "$SLUICE_CONTAINER" 2>/dev/null 9<&-)" = true ]
  else
    [ -s "$run/nginx.pid" ] && kill -0 "$(cat "$run/nginx.pid")" 2>/dev/null
  fi
}

test_candidate() { # a container that doesn't run yet can't be asked; it refuses a bad configuration when it starts
  if [ "$SLUICE_GATEWAY" = container ] && ! is_running; then return 0; fi
  said=$(gateway -t -q -e stderr -c "$candidate/nginx.conf" 2>&1) ||
    refused "nginx refuses the configuration: $(printf '%s' "$said" | sed "s#$candidate/##g")"
}

point_live_at() { # <generation>
  rm -f -- "$conf/live.new"
  attempt "the configuration could not be swapped" ln -s "generations/$1" "$conf/live.new"
  attempt "the configuration could not be swapped" mv -T -f -- "$conf/live.new" "$conf/live"
}

reload_to() { # <generation>: done when workers of it answer; otherwise back to the one before
  mark=$(wc -c 2>/dev/null <"$logs/error.log" || echo 0)
  if why=$(gateway -s reload -e stderr -c "$conf/live/nginx.conf" 2>&1) && answers "$1"; then return 0; fi
  why="$why $(tail -c +$((mark + 1)) "$logs/error.log" 2>/dev/null | grep -F '[emerg]' | tail -n 3 || :)"
  if [ -n "$live" ] && [ "$live" != "$1" ]; then
    point_live_at "$live"
    gateway -s reload -e stderr -c "$conf/live/nginx.conf" >/dev/null 2>&1 || :
    rm -rf -- "$conf/generations/$1"
  fi
  refused "generation $1 didn't answer within $SLUICE_RELOAD_SECONDS s after the reload: $why"
}

answers() { # <generation>: five answers in a row, each by a new connection
  deadline=$(($(date +%s) + SLUICE_RELOAD_SECONDS))
  row=0
  while [ "$row" -lt 5 ]; do
    if [ "$(running_generation)" = "$1" ]; then
      row=$((row + 1))
    else
      row=0
      [ "$(date +%s)" -lt "$deadline" ] || return 1
      sleep 0.1
    fi
  done
}

running_generation() { fetch /generation | sed -n 's/.*"generation":\([0-9]*\).*/\1/p'; }

fetch() { # <path>: from the status endpoint, with whatever this host has
  if command -v curl >/dev/null; then curl -s -m 2 "http://$SLUICE_STATUS$1" || :
  elif command -v wget >/dev/null; then wget -q -T 2 -O - "http://$SLUICE_STATUS$1" 2>/dev/null || :
  else
    # shellcheck disable=SC2016
    bash -c 'exec 3<>"/dev/tcp/${0%:*}/${0##*:}" && printf "GET %s HTTP/1.0\r\n\r\n" "$1" >&3 && cat <&3' "$SLUICE_STATUS" "$1" 2>/dev/null || :
  fi
}

prune() { # keeps three generations
  for folder in "$conf"/generations/*; do
    number=${folder##*/}
    if is_number "$number" && [ "$number" -le $((next - 3)) ]; then rm -rf -- "$folder"; fi
  done
}
