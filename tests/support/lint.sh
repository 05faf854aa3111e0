#!/usr/bin/env bash
# Every linter, also after one has failed, and at the end which of them did.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
bin=.venv/bin
failed=()

check() {
  local name=$1
  shift
  echo "— $name"
  "$@" || failed+=("$name")
}

mapfile -t scripts < <(git ls-files '*.sh' .ci/run)
check "ruff check" "$bin/ruff" check .
check "ruff format" "$bin/ruff" format --check --quiet .
check "mypy --strict" "$bin/mypy" --strict server/brickwall
check "import contracts" "$bin/lint-imports"
check "templates" "$bin/djlint" server/brickwall --lint --quiet
check "size gates" "$bin/python" tests/support/size_gates.py
check "shell scripts" shellcheck "${scripts[@]}"

if [[ ${#failed[@]} -gt 0 ]]; then
  printf 'failed: %s\n' "${failed[*]}" >&2
  exit 1
fi
echo "All clean."
