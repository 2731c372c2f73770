#!/bin/sh
# Makes the files of README.md again, in the folder that is named; needs
# python3 with openpyxl and XlsxWriter, node with xlsx and xlsx-populate,
# libreoffice and ssconvert.
set -e
here=$(dirname "$0")
to=${1:?a folder}
python3 "$here/make.py" "$to"
node "$here/make.js" "$to"
libreoffice --headless "-env:UserInstallation=file://${TMPDIR:-/tmp}/writers-libreoffice" --convert-to 'xlsx:Calc MS Excel 2007 XML' --outdir "$to/lo" "$to/xlsxwriter.xlsx"
libreoffice --headless "-env:UserInstallation=file://${TMPDIR:-/tmp}/writers-libreoffice" --convert-to 'csv:Text - txt - csv (StarCalc):59,34,76,1' --outdir "$to/lo" "$to/xlsxwriter.xlsx"
mv "$to/lo/xlsxwriter.xlsx" "$to/libreoffice.xlsx"
mv "$to/lo/xlsxwriter.csv" "$to/libreoffice.csv"
rmdir "$to/lo"
ssconvert "$to/xlsxwriter.xlsx" "$to/gnumeric.xlsx"
ssconvert "$to/xlsxwriter.xlsx" "$to/gnumeric.csv"
