#!/bin/bash
# Runs once, when InfluxDB's volume is empty: maps the database of InfluxQL to the bucket and gives our two sign-ins
# their rights, so that nobody but the administrator holds the operator's token.
set -euo pipefail

bucket="$DOCKER_INFLUXDB_INIT_BUCKET_ID"
org="$DOCKER_INFLUXDB_INIT_ORG"
influx v1 dbrp create --bucket-id "$bucket" --db "$DOCKER_INFLUXDB_INIT_BUCKET" --rp backstop --default --org "$org"

sign_in() {
  local token
  token="$(cat "/run/secrets/$1")"
  shift
  # A token is user:password.
  influx v1 auth create --username "${token%%:*}" --password="${token#*:}" --org "$org" "$@"
}
sign_in influx-store-token --read-bucket "$bucket" --write-bucket "$bucket"
sign_in influx-grafana-token --read-bucket "$bucket"
