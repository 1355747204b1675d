#!/usr/bin/env bash
# Makes sure that MariaDB and PostgreSQL listen on 127.0.0.1 (Debian): starts what is installed, installs what is not. Needs root for that.
# Does nothing where CARETAKER_MYSQL_URL and CARETAKER_POSTGRES_URL name other servers.
set -euo pipefail

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

wait_for() { # PORT NAME
  for _ in $(seq 100); do listens "$1" && return; sleep 0.2; done
  echo "$2 does not listen on 127.0.0.1:$1" >&2
  exit 1
}

install() { # PACKAGE
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq >/dev/null && apt-get install -y -qq "$1" >/dev/null
}

if [ -z "${CARETAKER_MYSQL_URL:-}" ] && ! listens 3306; then
  command -v mariadbd >/dev/null || install mariadb-server
  mkdir -p /run/mysqld && chown mysql: /run/mysqld
  start-stop-daemon --start --oknodo --background --exec /usr/sbin/mariadbd -- --user=mysql
  wait_for 3306 MariaDB
  mariadb -e "ALTER USER root@localhost IDENTIFIED VIA mysql_native_password USING PASSWORD('')" || true
fi

if [ -z "${CARETAKER_POSTGRES_URL:-}" ] && ! listens 5432; then
  [ -d /etc/postgresql ] || install postgresql
  version=$(ls /etc/postgresql | sort -V | tail -1)
  hba=/etc/postgresql/$version/main/pg_hba.conf
  grep -q '127.0.0.1/32 *trust' "$hba" || sed -i 's/^\(host .*127\.0\.0\.1\/32 *\).*/\1trust/' "$hba"
  pg_ctlcluster --skip-systemctl-redirect "$version" main start || pg_ctlcluster --skip-systemctl-redirect "$version" main reload
  wait_for 5432 PostgreSQL
fi
