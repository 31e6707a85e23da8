#!/bin/sh
# Lets clients that we did not write upload to the running demo, and expects that each object is verified and that a byte which
# flips afterwards is found. Needs python3; everything from Python stays in .venv-clients. rclone joins where it is on the PATH.
set -eu
cd "$(dirname "$0")/.."

venv=.venv-clients
requirements=scripts/foreign-clients-requirements.txt
installed=$venv/requirements.txt

if ! cmp -s "$requirements" "$installed"; then
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --requirement "$requirements"
  cp "$requirements" "$installed"
fi

exec "$venv/bin/python" -B scripts/foreign-clients.py
