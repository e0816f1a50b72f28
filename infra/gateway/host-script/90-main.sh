# shellcheck shell=sh
command=${1:-}
[ $# -eq 0 ] || shift
case $command in
  service-init) service_init "$@" ;;
  settle) settle "$@" ;;
  prepare) prepare "$@" ;;
  lease) lease "$@" ;;
  clear) clear "$@" ;;
  state) state "$@" ;;
  retire-service) retire_service "$@" ;;
  apply) apply "$@" ;;
  remove) remove "$@" ;;
  observe) observe "$@" ;;
  connections) connections "$@" ;;
  rotate-logs) rotate_logs "$@" ;;
  drift) drift "$@" ;;
  *) wrong "expected one of: service-init settle prepare lease clear state retire-service apply remove observe connections rotate-logs drift" ;;
esac
