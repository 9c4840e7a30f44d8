#!/usr/bin/env bash
# Expected: a site built with mkdocs-material's `offline` plugin, which makes it work without a server, fetches nothing.
# Seen:     the plugin puts a script from unpkg.com into each page, unless `extra.polyfills` names one called iframe-worker.
# So:       stitcher's documentation names its own copy there.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check mkdocs==1.6.1 mkdocs-material==9.8.2
venv/bin/pip list --disable-pip-version-check 2>/dev/null | grep -E '^mkdocs(-material)? '
mkdir docs
echo '# A page' >docs/index.md
fetched() { # what the page fetches from other hosts, when the site is built with these lines more
  printf '%s\n' 'site_name: a' 'theme: {name: material, font: false}' "$@" >mkdocs.yml
  NO_MKDOCS_2_WARNING=1 venv/bin/mkdocs build --quiet
  grep -oE '<(script|link)[^>]* (src|href)="?https?://[^">]*' site/index.html | grep -oE 'https?://.*' || echo nothing
}
without=$(fetched 'plugins: [search]')
with=$(fetched 'plugins: [search, offline]')
named=$(fetched 'plugins: [search, offline]' 'extra: {polyfills: [assets/iframe-worker.js]}')
echo "a page fetches: ${without} without the plugin, ${with} with it, ${named} with a polyfill named"
[ "$without" = nothing ] && [ "$with" = https://unpkg.com/iframe-worker/shim ] && [ "$named" = nothing ]
