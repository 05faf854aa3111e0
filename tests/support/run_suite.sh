#!/usr/bin/env bash
# The whole suite on SQLite, then everything that talks to a database on
# PostgreSQL. Both run even if the first fails; arguments go to pytest.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
python=.venv/bin/python
sqlite=0 postgresql=0

"$python" -m pytest "$@" || sqlite=$?
"$python" -m pytest --database=postgresql -m "not browser and not once and not fuzz" "$@" || postgresql=$?
exit $((sqlite != 0 || postgresql != 0))
