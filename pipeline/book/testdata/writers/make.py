"""Writes the book of README.md with openpyxl and with XlsxWriter, in both date
systems: make.py FOLDER."""
import datetime, sys
import openpyxl, xlsxwriter
from openpyxl.utils.datetime import CALENDAR_MAC_1904

folder = sys.argv[1]
DAY = datetime.datetime(1969, 8, 4)
MOMENT = datetime.datetime(2024, 2, 29, 13, 45, 30)
HEADER = ["NIT", "Razón social", "Contacto", None, "Alta", "Activo", "Saldo", "Suma", "Falla", "Nota"]


def with_openpyxl(name, mac):
    wb = openpyxl.Workbook()
    if mac:
        wb.epoch = CALENDAR_MAC_1904
    ws = wb.active
    ws.title = "Clientes"
    ws.append(HEADER)
    ws.merge_cells("C1:D1")
    ws.append(["099000022", 'CAFÉ "SIERRA", S.A.S.', "ñandú & <co>", "a'b", DAY, True, 123456789012345, "=1+1", "#N/A", "negrita y normal"])
    ws.append([])
    ws.append(["000000001", "línea 1\nlínea 2", None, " espacios ", MOMENT, False, 0.1, '="x"&"y"', None, "igual: =1"])
    ws["E2"].number_format = "yyyy-mm-dd"
    ws["E4"].number_format = "yyyy-mm-dd hh:mm:ss"
    ws["G2"].number_format = "0"
    wb.create_sheet("Otra").append(["otra"])
    hidden = wb.create_sheet("Oculta")
    hidden.append(["oculta"])
    hidden.append(["007"])
    hidden.sheet_state = "hidden"
    wb.save(folder + "/" + name)


def with_xlsxwriter(name, mac):
    wb = xlsxwriter.Workbook(folder + "/" + name, {"date_1904": mac})
    ws = wb.add_worksheet("Clientes")
    day, moment, digits, bold = (wb.add_format({"num_format": f}) for f in ("yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss", "0", "General"))
    bold.set_bold()
    for i, name in enumerate(HEADER):
        if name and name != "Contacto":
            ws.write(0, i, name)
    ws.merge_range("C1:D1", "Contacto", bold)
    ws.write_string("A2", "099000022")
    ws.write("B2", 'CAFÉ "SIERRA", S.A.S.')
    ws.write("C2", "ñandú & <co>")
    ws.write("D2", "a'b")
    ws.write_datetime("E2", DAY, day)
    ws.write("F2", True)
    ws.write("G2", 123456789012345, digits)
    ws.write_formula("H2", "=1+1", None, 2)
    ws.write_formula("I2", "=NA()", None, "#N/A")
    ws.write_rich_string("J2", bold, "negrita", " y normal")
    ws.write_string("A4", "000000001")
    ws.write("B4", "línea 1\nlínea 2")
    ws.write("D4", " espacios ")
    ws.write_datetime("E4", MOMENT, moment)
    ws.write("F4", False)
    ws.write("G4", 0.1)
    ws.write_formula("H4", '="x"&"y"', None, "xy")
    ws.write("J4", "igual: =1")
    wb.add_worksheet("Otra").write("A1", "otra")
    hidden = wb.add_worksheet("Oculta")
    hidden.write("A1", "oculta")
    hidden.write_string("A2", "007")
    hidden.hide()
    wb.close()


with_openpyxl("openpyxl.xlsx", False)
with_openpyxl("openpyxl-1904.xlsx", True)
with_xlsxwriter("xlsxwriter.xlsx", False)
with_xlsxwriter("xlsxwriter-1904.xlsx", True)
