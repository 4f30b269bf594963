#!/bin/sh
# Runs ml4t as the first process of a container: ENTRYPOINT ["/app/node_modules/ml4t-orchestrator/deploy/entrypoint.sh"], CMD ["serve"].
# The kernel drops every signal that the first process of a container does not catch yet, and Node catches none for its first
# tenth of a second. This shell catches them from its first line on, and passes them on.
asked=
child=
pass() {
  asked=yes
  [ -z "$child" ] || kill -TERM "$child" 2>/dev/null
}
trap pass TERM INT

# glibc gives large blocks back to the system when they are freed: after an attack the process is as small as before.
export MALLOC_MMAP_THRESHOLD_="${MALLOC_MMAP_THRESHOLD_:-262144}" MALLOC_TRIM_THRESHOLD_="${MALLOC_TRIM_THRESHOLD_:-262144}"

node "${0%/*}/../dist/cli/main.js" "$@" <&0 &
child=$!
[ -z "$asked" ] || kill -TERM "$child" 2>/dev/null

# A signal ends the wait, not the program.
while :; do
  wait "$child"
  code=$?
  [ "$code" -gt 128 ] && kill -0 "$child" 2>/dev/null || break
done

# Node that was ended before it ran the program had begun nothing.
[ -n "$asked" ] && [ "$code" -eq 143 ] && code=0
exit "$code"
