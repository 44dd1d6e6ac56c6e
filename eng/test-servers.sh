# Finds or gets what the tests need besides the .NET SDK. Sourced by ./test.

# The broker: an address given by environment, else a local binary (the tests start a private one), else Debian's package when root, else docker.
ensure_broker() {
  [ -z "${STRATA_TEST_RABBITMQ:-}" ] || return 0
  if [ -x /usr/lib/rabbitmq/bin/rabbitmq-server ] || command -v rabbitmq-server > /dev/null; then return 0; fi
  [ "${STRATA_TEST_INSTALL:-yes}" = yes ] || return 0
  if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
    echo "installing rabbitmq-server (Debian package; STRATA_TEST_INSTALL=no forbids it) …"
    if { apt-get -o DPkg::Lock::Timeout=300 update && DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends rabbitmq-server; } > /dev/null 2>&1; then return 0; fi
    echo "… could not be installed"
  fi
  if command -v docker > /dev/null && docker info > /dev/null 2>&1; then
    echo "starting rabbitmq:3 with docker …"
    STRATA_TEST_CONTAINER=$(docker run --detach --rm --publish 127.0.0.1::5672 rabbitmq:3) || return 0
    local port
    port=$(docker port "$STRATA_TEST_CONTAINER" 5672/tcp | sed -E 's/.*:([0-9]+)$/\1/')
    export STRATA_TEST_RABBITMQ="amqp://guest:guest@127.0.0.1:$port"
    local tries=0
    until docker exec "$STRATA_TEST_CONTAINER" rabbitmq-diagnostics -q check_port_connectivity > /dev/null 2>&1; do
      tries=$((tries + 1))
      if [ "$tries" -ge 60 ]; then echo "… the broker does not answer after $tries tries"; unset STRATA_TEST_RABBITMQ; return 0; fi
      sleep 1
    done
  fi
}

# Python's client of the broker, for the documented program of robots; that of JavaScript the test gets itself.
ensure_pika() {
  [ "${STRATA_TEST_INSTALL:-yes}" = yes ] || return 0
  if ! command -v python3 > /dev/null || /usr/bin/python3 -c 'import pika' 2> /dev/null; then return 0; fi
  if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
    echo "installing python3-pika (Debian package) …"
    { apt-get -o DPkg::Lock::Timeout=300 update && DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends python3-pika; } > /dev/null 2>&1 || echo "… could not be installed"
  fi
}

# What reads the compose file: version 1 does it without an engine.
ensure_compose() {
  [ "${STRATA_TEST_INSTALL:-yes}" = yes ] || return 0
  if command -v docker-compose > /dev/null; then return 0; fi
  if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
    echo "installing docker-compose (Debian package) …"
    { apt-get -o DPkg::Lock::Timeout=300 update && DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends docker-compose; } > /dev/null 2>&1 || echo "… could not be installed"
  fi
}

# The database: likewise.
ensure_postgres() {
  [ -z "${STRATA_TEST_POSTGRES:-}" ] || return 0
  if compgen -G '/usr/lib/postgresql/*/bin/postgres' > /dev/null || command -v postgres > /dev/null; then return 0; fi
  [ "${STRATA_TEST_INSTALL:-yes}" = yes ] || return 0
  if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
    echo "installing postgresql-15 (Debian package; STRATA_TEST_INSTALL=no forbids it) …"
    if { apt-get -o DPkg::Lock::Timeout=300 update && DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends postgresql-15; } > /dev/null 2>&1; then return 0; fi
    echo "… could not be installed"
  fi
  if command -v docker > /dev/null && docker info > /dev/null 2>&1; then
    echo "starting postgres:15 with docker …"
    STRATA_TEST_DATABASE_CONTAINER=$(docker run --detach --rm --publish 127.0.0.1::5432 --env POSTGRES_PASSWORD=strata postgres:15 -c max_connections=300 -c max_prepared_transactions=4) || return 0
    local port tries=0
    port=$(docker port "$STRATA_TEST_DATABASE_CONTAINER" 5432/tcp | sed -E 's/.*:([0-9]+)$/\1/')
    until docker exec "$STRATA_TEST_DATABASE_CONTAINER" pg_isready -q -h 127.0.0.1 -U postgres > /dev/null 2>&1; do
      tries=$((tries + 1))
      if [ "$tries" -ge 60 ]; then echo "… the database does not answer after $tries tries"; return 0; fi
      sleep 1
    done
    export STRATA_TEST_POSTGRES="Host=127.0.0.1;Port=$port;Username=postgres;Password=strata;Database=postgres"
  fi
}

# An object store that is not ours: an address given by environment, else the npm package s3rver, kept in the user's cache.
ensure_s3() {
  [ -z "${STRATA_TEST_S3:-}${STRATA_TEST_S3RVER:-}" ] || return 0
  local folder="${XDG_CACHE_HOME:-$HOME/.cache}/strata-s3rver-3.7.1"
  if [ ! -x "$folder/node_modules/.bin/s3rver" ]; then
    [ "${STRATA_TEST_INSTALL:-yes}" = yes ] && command -v npm > /dev/null || return 0
    echo "installing s3rver (npm package, into $folder; STRATA_TEST_INSTALL=no forbids it) …"
    if ! npm install --silent --no-fund --no-audit --prefix "$folder" s3rver@3.7.1 > /dev/null 2>&1; then echo "… could not be installed"; return 0; fi
  fi
  export STRATA_TEST_S3RVER="$folder/node_modules/.bin/s3rver"
}

# The real Rerun SDK 0.41: a Python given by environment, else the offline copy beside the project where there is one.
ensure_rerun() {
  [ -z "${STRATA_RERUN_PYTHON:-}" ] || return 0
  if [ -x ../shared/rerun-sdk/setup ]; then
    local folder
    folder=$(../shared/rerun-sdk/setup 2> /dev/null | tail -n 1)
    if [ -x "$folder/python" ]; then export STRATA_RERUN_PYTHON="$folder/python"; fi
  fi
}

stop_servers() {
  [ -z "${STRATA_TEST_CONTAINER:-}" ] || docker stop "$STRATA_TEST_CONTAINER" > /dev/null 2>&1
  [ -z "${STRATA_TEST_DATABASE_CONTAINER:-}" ] || docker stop "$STRATA_TEST_DATABASE_CONTAINER" > /dev/null 2>&1
}
