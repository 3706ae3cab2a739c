// The comparison of a no-op plan with Novu's official Node SDK, as its first steps show it.
//
// Reads the environment's own id and the list at the same time, keeps that environment's rows,
// pairs them by identifier and compares every declared field. The SDK has no call for the own
// environment, so that request is Node's own fetch. Less than novu-sync does: the declared state
// is JSON already, and credentials, which the server does not give back, are not looked at.
//
// usage: plan_node_sdk.cjs DECLARED.json

const { readFileSync } = require("node:fs");
const { Novu } = require("@novu/api");

const { NOVU_API_URL: url, NOVU_API_KEY: key } = process.env;

async function ownEnvironment() {
  const response = await fetch(`${url}/v1/environments/me`, {
    headers: { Authorization: `ApiKey ${key}` },
  });
  if (!response.ok) throw new Error(`environments/me answered ${response.status}`);
  return (await response.json()).data._id;
}

async function main() {
  const declared = JSON.parse(readFileSync(process.argv[2], "utf8"));
  const novu = new Novu({ secretKey: key, serverURL: url, retryConfig: { strategy: "none" } });
  const [own, listed] = await Promise.all([ownEnvironment(), novu.integrations.list()]);
  const observed = new Map(
    listed.result.filter((row) => row.environmentId === own).map((row) => [row.identifier, row]),
  );
  const differs = (want) => {
    const have = observed.get(want.identifier);
    return have === undefined || Object.keys(want).some((name) => have[name] !== want[name]);
  };
  const differ = declared.filter(differs).length;
  console.log(JSON.stringify({ declared: declared.length, differ }));
}

main().catch((error) => {
  console.error(String(error));
  process.exit(1);
});
