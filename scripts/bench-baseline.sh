#!/bin/sh
# The git and sh commands of COUNT works of six stages, two at a time, with nothing between: what the bench compares
# with. Like the program it looks before it removes and pins what was delivered. The lock is git's own need: two
# `worktree add` at once read each other's half-written files and fail.
# usage: bench-baseline.sh REPOSITORY COUNT
set -eu
cd "$1"
one='
id=$0
flock .git/plain.lock git worktree add --quiet --no-track -b "plain/$id" ".plain/$id" origin/main
cd ".plain/$id"
for stage in 1 2 3 4 5 6; do sh -c true; done
git push --quiet origin "HEAD:refs/heads/plain/$id"
git update-ref "refs/plain/delivered/$id" HEAD
[ -z "$(git status --porcelain)" ]
cd ../..
flock .git/plain.lock git worktree remove ".plain/$id"
'
git fetch --quiet origin
seq 1 "$2" | xargs -P 2 -n 1 sh -ec "$one"
