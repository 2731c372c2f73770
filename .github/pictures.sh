#!/usr/bin/env bash
# Draws the pictures of README.md and LEEME.md again, in .github/pictures: the README's first book, whose data are made
# up, is rehearsed in a terminal, then imported into a stand-in on this machine; of its report the sheets Summary and
# Fix are printed. Needs Go, util-linux (script), LibreOffice, the fonts Carlito and Liberation, poppler and ImageMagick.
set -euo pipefail
cd "$(dirname "$0")/.."

pictures=$PWD/.github/pictures
work=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$work"' EXIT
mkdir "$work/bin"
go build -o "$work/bin/muster" ./cmd/muster
go build -o "$work/bin/terminal" .github/pictures/terminal.go
PATH=$work/bin:$PATH
unset "${!MUSTER_@}" NO_COLOR
export LC_ALL=C.UTF-8 TERM=xterm-256color

# The files of the README's first block to paste, without its last command.
first=$(awk '/^```sh$/ {on = 1; next} /^```$/ && on {exit} on && !/^muster /' README.md)
cd "$work"
eval "$first"
import='muster import merchants.csv --provider passport --mapping mapping.csv --report results.xlsx'

# with_rows_to_fix COMMAND: as the first book leaves them
with_rows_to_fix() { "$@" || [ $? = 3 ]; }

for language in en es; do
  rm -f results.xlsx
  MUSTER_LANG=$language with_rows_to_fix script -qec "stty cols 100 rows 50; $import" /dev/null </dev/null >session
  terminal "$import" <session >"$pictures/terminal.$language.svg"
done

export MUSTER_PASSPORT_CLIENT_ID=my-id MUSTER_PASSPORT_CLIENT_SECRET=my-secret
for language in en es; do
  muster standin --provider passport --listen 127.0.0.1:8181 >/dev/null 2>&1 &
  until (exec 3<>/dev/tcp/127.0.0.1/8181) 2>/dev/null; do :; done
  rm -f results.xlsx muster.db*
  # shellcheck disable=SC2086 # words
  with_rows_to_fix $import --base-url http://127.0.0.1:8181 --ledger muster.db --yes --quiet --lang "$language"
  kill $!
  wait $! || true
  soffice --headless --convert-to pdf results.xlsx >/dev/null 2>&1
  # Summary is the first page, Fix the last but one.
  pages=$(pdfinfo results.pdf | awk '/^Pages:/ {print $2}')
  for page in 1 $((pages - 1)); do
    pdftoppm -r 96 -f "$page" -l "$page" -singlefile -png results.pdf "page-$page"
  done
  # The footers are cut off, then the white around.
  convert -background white -bordercolor white \( page-1.png -gravity South -chop 0x10% -trim -border 20 \) \
    \( "page-$((pages - 1)).png" -gravity South -chop 0x10% -trim -border 20 \) -gravity West -append \
    +dither -colors 48 -strip "PNG8:$pictures/workbook.$language.png"
done
du -bc "$pictures"/*.svg "$pictures"/*.png
