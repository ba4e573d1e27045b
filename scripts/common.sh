# common.sh - what quickstart, screenshots, test and spec/rock/run share. Sourced
# by bash from the root of the tree.
#
# A package is written as Debian names it, or as package/command where any
# command of that name will do.

BUILD_PACKAGES=(gcc/gcc libc6-dev cmake/cmake ninja-build/ninja lua5.4/lua5.4
  liblua5.4-dev libcsv-dev libsqlite3-dev libutf8proc-dev libyajl-dev
  nettle-dev)

is_installed () {
  if [[ $1 == */* ]] && command -v "${1#*/}" >/dev/null; then
    return 0
  fi
  dpkg-query --show --showformat '${db:Status-Status}\n' "${1%/*}" 2>/dev/null |
    grep -qx installed
}

# A package may bring a server. While ours are installed, none is started, and
# PostgreSQL's makes no cluster of its own, which would start with the machine.
apt_install () {
  local policy=/usr/sbin/policy-rc.d ours=()
  local clusters=/etc/postgresql-common/createcluster.d
  if [[ ! -e $policy ]]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod +x "$policy"
    ours+=("$policy")
  fi
  if [[ " $* " == *" postgresql "* && ! -e $clusters ]]; then
    mkdir -p "$clusters"
    echo 'create_main_cluster = false' >"$clusters/tests.conf"
    ours+=("$clusters")
  fi
  # shellcheck disable=SC2064 # the paths are known now, and not later
  trap "rm -rf ${ours[*]}" EXIT
  # To whom web servers' packages give their files; base-passwd has him, but not
  # each image of a container that was made small.
  if ! getent passwd www-data >/dev/null; then
    useradd --system --uid 33 --gid www-data --home-dir /var/www \
      --shell /usr/sbin/nologin www-data
  fi
  export DEBIAN_FRONTEND=noninteractive
  apt-get --quiet=2 update &&
    apt-get --quiet=2 -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 \
      install --yes --no-install-recommends "$@"
}

# install_missing PACKAGE...
install_missing () {
  local package missing=()
  for package in "$@"; do
    is_installed "$package" || missing+=("${package%/*}")
  done
  if [[ ${#missing[@]} -eq 0 ]]; then
    return
  elif ! command -v apt-get >/dev/null; then
    echo "No apt-get here; going on without what Debian calls ${missing[*]}."
  elif [[ $(id -u) -eq 0 ]]; then
    echo "Installing ${missing[*]}"
    # In a shell of its own, so that its trap runs when it is done.
    (quietly install apt_install "${missing[@]}")
  else
    echo "These packages are missing. Install them as root, with"
    echo "  apt-get update"
    echo "  apt-get install --no-install-recommends ${missing[*]}"
    exit 1
  fi >&2
}

# quietly NAME COMMAND...: what the command says goes to build/logs/NAME.log,
# and is shown only when it fails.
quietly () {
  local log=build/logs/$1.log
  mkdir -p build/logs
  if ! "${@:2}" >"$log" 2>&1; then
    cat "$log" >&2
    return 1
  fi
}

# configure_and_build PRESET
configure_and_build () {
  cmake --preset "$1" && cmake --build --preset "$1"
}

project_version () {
  sed -n 's/^  VERSION //p' CMakeLists.txt
}

# works_from PREFIX [CODE]: what is installed there works without this tree; the
# command finds the module by itself. CODE is what a workbook fails with.
works_from () (
  version=$(project_version)
  cd / &&
    LUA_PATH_5_4="$1/share/lua/5.4/?.lua;$1/share/lua/5.4/?/init.lua" \
    LUA_CPATH_5_4="$1/lib/lua/5.4/?.so" lua5.4 -e "
      local activitylog = require 'activitylog'
      assert(activitylog._VERSION == '$version', activitylog._VERSION)
      local log <close> = assert(activitylog.open(':memory:'))
      local _, message, code = log:export_text { format = 'xlsx' }
      assert((code or '') == '${2-}', message)" &&
    [[ $("$1/bin/activitylog" --version) == "activitylog $version" ]] &&
    "$1/bin/activitylog" import --quiet --log "$1/log.db" - <<<'[]' &&
    rm "$1/log.db"
)

# npm_tools NAME: what opens spreadsheets ('office') or pages ('page'), in the
# versions that package-lock.json pins.
npm_tools () {
  mkdir -p "build/$1" && cp "spec/$1"/package*.json "build/$1/" &&
    npm --prefix "build/$1" ci --no-audit --no-fund
}
