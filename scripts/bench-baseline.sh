#!/bin/sh
# The same git and sh commands as 100 works of six stages, two at a time, with nothing between: what the bench compares with.
# usage: bench-baseline.sh REPOSITORY COUNT
set -eu
cd "$1"
one='
id=$0
git worktree add --quiet --no-track -b "plain/$id" ".plain/$id" origin/main
cd ".plain/$id"
for stage in 1 2 3 4 5 6; do sh -c true; done
git push --quiet origin "HEAD:refs/heads/plain/$id"
cd ../..
git worktree remove ".plain/$id"
'
git fetch --quiet origin
seq 1 "$2" | xargs -P 2 -n 1 sh -c "$one"
