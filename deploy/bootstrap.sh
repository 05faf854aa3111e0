#!/usr/bin/env bash
# Makes a bare Debian 12 machine ready: system packages, .venv, locked
# dependencies. Says first what it will install, installs only what is missing,
# and leaves a stamp, so that a second run takes a moment and needs no network.
#
#   deploy/bootstrap.sh          what `make run` needs
#   deploy/bootstrap.sh --test   what the tests, the linters and the benchmarks need as well
#
# PYTHON=/path/to/python3.11   uses that interpreter
# PIP_INDEX_URL=...            uses that package index (pip's own variable)
# npm_config_registry=...      uses that package registry (npm's own variable; tests only)
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
venv=$root/.venv
# The mini-program's tests and linters run on Node; the program itself never does.
node_home=$root/tests/miniprogram
node_lock=$node_home/package-lock.json
node_stamp=$node_home/node_modules/.ready
mode="base"
lock=$root/deploy/requirements/base.txt
packages=(fonts-lxgw-wenkai fonts-noto-cjk libzbar0)

case "${1:-}" in
  "") ;;
  --test)
    mode="test"
    lock=$root/deploy/requirements/dev.txt
    packages+=(chromium postgresql nginx-light poppler-utils wrk shellcheck libatomic1)
    ;;
  *)
    echo "usage: deploy/bootstrap.sh [--test]" >&2
    exit 2
    ;;
esac

say() { printf '%s\n' "$@"; }
fail() {
  printf '%s\n' "$@" >&2
  exit 1
}

fingerprint() {
  # The path is part of it: a virtual environment does not survive a move.
  { sha256sum <"$1" && echo "$root"; } | sha256sum | cut -d' ' -f1
}

node_ready() {
  [[ $mode == base || ! -f $node_lock ]] && return 0
  [[ -f $node_stamp && $(<"$node_stamp") == "$(fingerprint "$node_lock")" ]]
}

node_works() {
  command -v npm >/dev/null && node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)' 2>/dev/null
}

ready() {
  # The dependencies of the tests contain those of the program.
  [[ -x $venv/bin/brickwall && -x $venv/bin/python ]] || return 1
  node_ready || return 1
  [[ -f $venv/.ready-test &&
    $(<"$venv/.ready-test") == "$(fingerprint "$root/deploy/requirements/dev.txt")" ]] && return 0
  [[ $mode == base && -f $venv/.ready-base &&
    $(<"$venv/.ready-base") == "$(fingerprint "$lock")" ]]
}

works() { # can this interpreter run the program and make a virtual environment?
  "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
  local candidate
  for candidate in "${PYTHON:-}" python3.11 /usr/bin/python3.11 python3; do
    [[ -n $candidate ]] || continue
    if works "$candidate"; then
      command -v "$candidate"
      return 0
    fi
  done
  return 1
}

missing_packages() {
  local name
  for name in "${packages[@]}"; do
    [[ $(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null) == installed ]] || echo "$name"
  done
}

as_root() {
  if [[ $EUID -eq 0 ]]; then
    "$@"
  elif [[ -t 0 ]]; then
    sudo "$@"
  else
    sudo -n "$@"
  fi
}

without_services() {
  # Tests start their own PostgreSQL and nginx. Debian would also start one of
  # each for the whole machine, unless policy-rc.d says no while installing.
  local policy=/usr/sbin/policy-rc.d
  if [[ -e $policy ]]; then
    as_root "$@"
    return
  fi
  printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
  as_root chmod 755 "$policy"
  local status=0
  as_root "$@" || status=$?
  as_root rm -f "$policy"
  return "$status"
}

cannot_install() {
  local command="sudo apt-get install -y --no-install-recommends $*"
  if [[ $mode == test || " $* " == *" python3-venv "* ]]; then
    fail "Cannot install system packages: $reason. Please have an administrator run:" \
      "装不了系统软件包。请让管理员执行下面这一行，然后再试一次：" "  $command"
  fi
  say "Going on without them ($reason): pages work, printing plaques does not, until someone runs:" \
    "先不装也能打开网页，但打印铭牌要等管理员执行过下面这一行：" "  $command"
}

install_packages() {
  local reason
  say "System packages to install (apt-get): $*" "将安装系统软件包：$*"
  if ! command -v apt-get >/dev/null; then
    reason="this is not a Debian system"
    cannot_install "$@"
    return
  fi
  if [[ $EUID -ne 0 ]] && ! command -v sudo >/dev/null; then
    reason="neither root nor sudo"
    cannot_install "$@"
    return
  fi
  export DEBIAN_FRONTEND=noninteractive
  if as_root apt-get update -qq &&
    without_services env DEBIAN_FRONTEND=noninteractive \
      apt-get install -y -qq --no-install-recommends "$@" >/dev/null; then
    return
  fi
  reason="apt-get failed, see above"
  cannot_install "$@"
}

make_venv() {
  if [[ -x $venv/bin/python ]] && "$venv/bin/python" -m pip --version >/dev/null 2>&1 &&
    [[ $("$venv/bin/python" -c 'import sys; print(sys.prefix)') == "$venv" ]]; then
    return
  fi
  say "Virtual environment: $venv ($("$1" --version))" "正在建立 Python 环境：$venv"
  "$1" -m venv --clear "$venv"
}

install_locked() {
  say "Python packages, pinned and hash-checked: ${lock#"$root"/}" \
    "正在安装 Python 软件包（版本固定，逐个核对），约需一两分钟。"
  if ! "$venv/bin/python" -m pip install --quiet --quiet --disable-pip-version-check --no-input \
    --require-hashes --only-binary :all: -r "$lock"; then
    fail "Installing Python packages failed. Check the network, or choose a nearer index:" \
      "Python 软件包没有装完。请检查网络；网络慢时可以指定国内镜像后重试：" \
      "  PIP_INDEX_URL=<镜像地址> make run"
  fi
}

install_node_packages() {
  if node_ready; then
    return
  fi
  node_works || fail "Node 18 or newer and npm are needed for the mini-program's tests." \
    "小程序的测试要用 Node 18 以上和 npm，现在没有：请先装上，再试一次。"
  say "Node packages for the mini-program's tests: ${node_lock#"$root"/}" \
    "正在安装小程序测试用的 Node 软件包（版本固定，逐个核对）。"
  if ! (cd "$node_home" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null); then
    fail "Installing Node packages failed. Check the network, or choose a nearer registry:" \
      "Node 软件包没有装完。请检查网络；网络慢时可以指定国内镜像后重试：" \
      "  npm_config_registry=<镜像地址> make test"
  fi
  fingerprint "$node_lock" >"$node_stamp"
}

link_package() {
  # A path file instead of `pip install -e`: the same result without a build and without network.
  local site
  site=$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
  printf '%s\n' "$root/server" >"$site/brickwall.pth"
  printf '#!%s\nimport sys\n\nfrom brickwall.cli import main\n\nsys.exit(main())\n' \
    "$venv/bin/python" >"$venv/bin/brickwall"
  chmod 755 "$venv/bin/brickwall"
  "$venv/bin/python" -m compileall -q "$root/server"
}

main() {
  if ready; then
    return 0
  fi
  [[ -f $lock ]] || fail "Missing file: $lock"
  local python missing
  python=$(find_python) || packages+=(python3 python3-venv)
  if ! node_ready && ! node_works; then
    packages+=(nodejs npm)
  fi
  mapfile -t missing < <(missing_packages)
  if [[ ${#missing[@]} -gt 0 ]]; then
    install_packages "${missing[@]}"
  fi
  if [[ -z $python ]]; then
    python=$(find_python) || fail "Python 3.11 or newer is needed." "需要 Python 3.11 或更新的版本。"
  fi
  make_venv "$python"
  install_locked
  link_package
  fingerprint "$lock" >"$venv/.ready-$mode"
  install_node_packages
  say "Ready." "准备好了。"
}

main
