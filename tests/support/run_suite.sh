#!/usr/bin/env bash
# The whole suite on SQLite, then everything that talks to a database on
# PostgreSQL. Both run even if the first fails; arguments go to pytest.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
python=.venv/bin/python
sqlite=0 postgresql=0
# Two processes, a file to each: tests of one file share servers and villages.
parallel=(-n "${TEST_PROCESSES:-2}" --dist loadfile)

"$python" -m pytest "${parallel[@]}" "$@" || sqlite=$?
"$python" -m pytest "${parallel[@]}" --database=postgresql -m "not browser and not once and not fuzz" "$@" || postgresql=$?
exit $((sqlite != 0 || postgresql != 0))
