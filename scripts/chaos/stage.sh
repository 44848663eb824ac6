#!/bin/sh
# A stage of a chaos work: `stage.sh write|polish`. Writes what it does into $CHAOS_FOLDER, outside the repository, and
# commits a text that follows from the works below it alone.
set -eu

# Start of the process in /proc/<pid>/stat, empty if it is gone or dead.
started() {
  { read -r line < "/proc/$1/stat"; } 2>/dev/null || return 0
  set -- ${line##*)}
  case $1 in Z | X) ;; *) echo "${20}" ;; esac
}

tell() { echo "$*" >> "$CHAOS_FOLDER/ledger"; }

me="$CHAOS_FOLDER/running/$WF_WORK_ID.$$"
started $$ > "$me.new" && mv "$me.new" "$me"
others=0
same=0
for file in "$CHAOS_FOLDER"/running/*.[0-9]*; do
  case $file in "$me" | *.new) continue ;; esac
  { read -r since < "$file"; } 2>/dev/null || continue
  [ "$(started "${file##*.}")" = "$since" ] || continue
  others=$((others + 1))
  work=${file##*/}
  [ "${work%.*}" != "$WF_WORK_ID" ] || same=$((same + 1))
done
tell "start $WF_WORK_ID $1 $WF_ATTEMPT $others $same"

commit() {
  git add -- "$@"
  git diff --cached --quiet || git commit -qm "$WF_WORK_ID: $*"
}

write() {
  for file in *.txt; do
    [ "$file" = "$WF_WORK_ID.txt" ] || [ ! -e "$file" ] || echo "$file"
  done > "$CHAOS_FOLDER/below.$$"
  mv "$CHAOS_FOLDER/below.$$" "$WF_WORK_ID.txt"
  commit "$WF_WORK_ID.txt"
}

polish() {
  wc -l < "$WF_WORK_ID.txt" > "$WF_WORK_ID.count"
  commit "$WF_WORK_ID.count"
}

# Something that nobody has committed and that must not be lost.
draft() {
  name="$WF_WORK_ID.$WF_ATTEMPT.$$.draft"
  echo "draft of $WF_WORK_ID, attempt $WF_ATTEMPT, process $$" > "$name"
  tell "draft $WF_WORK_ID $name"
}

case $WF_PARAM_NATURE in
  dirty) draft ;;
  restless) git commit --quiet --allow-empty -m "$WF_WORK_ID: attempt $WF_ATTEMPT, process $$" ;;
  forks) setsid sleep 600 > /dev/null 2>&1 & ;;
  stubborn) trap '' TERM HUP ;;
esac
[ "$WF_PARAM_PAUSE" = 0 ] || sleep "$WF_PARAM_PAUSE"
"$1"
tell "end $WF_WORK_ID $1 $WF_ATTEMPT"
rm -f "$me"
