#!/bin/sh
# Runs the contract against the sandbox and against moto, a server that we did not write, and prints which server keeps which
# promise. Then the built handlers work on moto, and the stacks are deployed there and removed. Needs python3; everything from Python stays in .venv-contract.
set -eu
cd "$(dirname "$0")/.."

venv=.venv-contract
requirements=test/contract/moto-requirements.txt
installed=$venv/requirements.txt

if ! cmp -s "$requirements" "$installed"; then
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --only-binary :all: --requirement "$requirements"
  cp "$requirements" "$installed"
fi

export MOTO_SERVER="$venv/bin/moto_server"
export AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED=true
# Both mostly wait for servers, each for its own.
cases=$(mktemp)
trap 'rm -f "$cases"' EXIT
node_modules/.bin/tsx scripts/contract.ts >"$cases" 2>&1 &
contract=$!
status=0
NO_COLOR=1 node_modules/.bin/vitest run test/contract/athena.test.ts test/contract/handler-on-moto.test.ts test/contract/deploy-on-moto.test.ts || status=1
wait "$contract" || status=1
cat "$cases"
exit "$status"
