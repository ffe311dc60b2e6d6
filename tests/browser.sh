#!/bin/sh
# See that there is a browser for the tests: one that is installed, else Playwright's own, else
# Debian's. Without any, the tests that need one fail and say so.
for name in "$BQX_CHROMIUM" chromium chromium-browser google-chrome google-chrome-stable; do
  [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 && exit 0
done
python=.venv/bin/python
"$python" -c 'from playwright.sync_api import sync_playwright as p
import os, sys
with p() as browsers:
    sys.exit(not os.path.exists(browsers.chromium.executable_path))' && exit 0
echo "Installing a browser for the tests (once)…"
"$python" -m playwright install chromium >/dev/null 2>&1 && exit 0
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
  apt-get update -qq >/dev/null && apt-get install -y -qq chromium >/dev/null 2>&1 && exit 0
fi
echo "No browser could be installed: install Chromium, or set BQX_CHROMIUM to one." >&2
exit 0
