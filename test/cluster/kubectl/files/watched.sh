# watched.sh LINES WATCH WRITES: types WATCH, and WRITES once the server has answered the watch; ends WATCH when LINES lines are there.
set -m
: >watch.out
bash -c "exec $2 -v=6" >watch.out 2>watch.log & watch=$!
running() { kill -0 $watch 2>/dev/null; }
for _ in $(seq 600); do grep -q watch=true watch.log && break; running || break; sleep 0.1; done
bash -c "$3" >/dev/null
for _ in $(seq 600); do [ "$(wc -l <watch.out)" -ge "$1" ] && break; running || break; sleep 0.1; done
sleep 0.3 # what comes beyond is seen, too
kill -- -$watch 2>/dev/null
wait $watch 2>/dev/null
cat watch.out
grep -v '^[IWE][0-9]\{4\} ' watch.log >&2
exit 0
