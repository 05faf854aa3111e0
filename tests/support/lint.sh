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
node=tests/miniprogram/node_modules/.bin
check "mini-program rules" env PYTHONPATH=. "$bin/python" -m tests.support.miniprogram_rules
check "mini-program types" "$node/tsc" -p tests/miniprogram/tsconfig.app.json
check "runtime types" "$node/tsc" -p tests/miniprogram/tsconfig.json
check "eslint" "$node/eslint" --max-warnings 0 --config tests/miniprogram/eslint.config.mjs miniprogram tests/miniprogram

if [[ ${#failed[@]} -gt 0 ]]; then
  printf 'failed: %s\n' "${failed[*]}" >&2
  exit 1
fi
echo "All clean."
