#!/bin/sh
# The comparison of a no-op plan with curl and jq: reads the environment's own id and the list,
# keeps that environment's rows, pairs them by identifier and compares every declared field.
# Less than novu-sync does: nothing is checked, and credentials, which the server does not give
# back, are not looked at. The declared state is JSON, since jq reads no YAML; given a YAML file
# it has Python turn it into JSON first.
# usage: plan_curl_jq.sh DECLARED.json|PROJECT.yaml
set -eu
get() { curl --fail --silent --show-error -H "Authorization: ApiKey $NOVU_API_KEY" "$NOVU_API_URL$1"; }
declared=$1
case $1 in
*.yaml)
    declared=$(mktemp)
    trap 'rm -f "$declared"' EXIT
    "$PYTHON" -c '
import json, sys, yaml
integrations = yaml.load(open(sys.argv[1], "rb"), Loader=yaml.CSafeLoader)["integrations"]
for each in integrations:
    each.pop("credentials", None)
json.dump(integrations, sys.stdout)' "$1" >"$declared"
    ;;
esac
{ get /v1/environments/me; get /v1/integrations; } | jq --compact-output --slurp --slurpfile declared "$declared" '
  .[0].data._id as $own
  | (.[1].data | map(select(._environmentId == $own)) | INDEX(.identifier)) as $observed
  | [ $declared[0][] | . as $want | $observed[.identifier] as $have
      | select($have == null or any(to_entries[]; $have[.key] != .value)) | .identifier ] as $differ
  | {declared: ($declared[0] | length), differ: ($differ | length)}'
