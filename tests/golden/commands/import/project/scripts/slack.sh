#!/bin/sh
curl --request POST \
  --url https://api.novu.co/v1/integrations \
  --header 'Authorization: ApiKey golden-api-key' \
  --data '
{
  "identifier": "slack-team",
  "providerId": "slack",
  "active": true,
  "credentials": {"applicationId": "A1", "clientId": "1", "secretKey": "golden-slack", "signingSecret": "'"$SIGNING"'"}
}'
curl https://api.novu.co/v1/subscribers
