#!/bin/sh
# Runs ml4t as the first process of a container: ENTRYPOINT ["/app/node_modules/ml4t-orchestrator/deploy/entrypoint.sh"], CMD ["serve"].
# The kernel drops every signal that the first process of a container does not catch yet, and Node catches none for its first
# tenth of a second. This shell catches them from its first line on, and passes them on.
asked=
child=
pass() {
  asked=yes
  [ -z "$child" ] || tell
}
# The copy of this shell that is about to become Node still catches a signal, and loses it: until it is Node, at most a second
# (a Node that a script of this very shell stands in for never is), nothing is sent.
tell() {
  tries=100
  while [ "$tries" -gt 0 ] && [ "/proc/$child/exe" -ef "/proc/$$/exe" ]; do
    tries=$((tries - 1))
    sleep 0.01
  done
  kill -TERM "$child" 2>/dev/null
}
trap pass TERM INT

# glibc gives large blocks back to the system when they are freed: after an attack the process is as small as before.
export MALLOC_MMAP_THRESHOLD_="${MALLOC_MMAP_THRESHOLD_:-262144}" MALLOC_TRIM_THRESHOLD_="${MALLOC_TRIM_THRESHOLD_:-262144}"

node "${0%/*}/../dist/cli/main.js" "$@" <&0 &
child=$!
[ -z "$asked" ] || tell

# A signal ends the wait, not the program.
while :; do
  wait "$child"
  code=$?
  [ "$code" -gt 128 ] && kill -0 "$child" 2>/dev/null || break
done

# Node that was ended before it ran the program had begun nothing.
[ -n "$asked" ] && [ "$code" -eq 143 ] && code=0
exit "$code"
