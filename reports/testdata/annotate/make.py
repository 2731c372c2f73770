# Makes xlsxwriter.xlsx and openpyxl.xlsx; libreoffice.xlsx is the first, saved by LibreOffice. A made-up book with all that an annotated copy must leave alone.
import xlsxwriter
wb = xlsxwriter.Workbook('xlsxwriter.xlsx', {'in_memory': True})
ws = wb.add_worksheet('Comercios')
other = wb.add_worksheet('Notas')
bold = wb.add_format({'bold': True, 'bg_color': '#1F4E78', 'font_color': 'white', 'border': 1})
money = wb.add_format({'num_format': '#,##0.00', 'bg_color': '#E2EFDA'})
ws.merge_range('A1:F1', 'Comercios de ejemplo', wb.add_format({'bold': True, 'font_size': 16, 'align': 'center'}))
ws.write('A2', 'hecho a mano')
ws.write_row('A4', ['business_name', 'email', 'mobile_phone_number', 'identification_number', 'saldo', 'doble'], bold)
rows = [
 ('Café Sierra de Ejemplo S.A.S.', 'pagos@cafe-sierra.example.org', '+573005550101', '999000011', 1200.5),
 ('Panadería Ñandú de Muestra', 'no es correo', '+573005550102', '099000022', 300),
 ('', 'tienda@example.org', '3005550103', '999000033', 12),
 ('Ferretería "La 14" <Ejemplo>', 'ferre@example.org', '+573005550104', '999000044', 7),
]
for i, r in enumerate(rows):
    n = 4 + i
    for c, v in enumerate(r):
        if c == 4: ws.write_number(n, c, v, money)
        elif v: ws.write_string(n, c, v)
    ws.write_formula(n, 5, '=E%d*2' % (n+1), money, r[4]*2)
ws.write_comment('A5', 'ya estaba aquí')
ws.write_comment('B6', 'una nota que ya estaba')
ws.set_column('A:A', 34); ws.set_column('B:C', 22, None, {'hidden': 0})
ws.set_row(5, 30)
ws.freeze_panes(4, 1)
ws.autofilter('A4:F8')
ws.conditional_format('E5:E8', {'type': 'data_bar'})
ws.data_validation('D5:D8', {'validate': 'length', 'criteria': '<=', 'value': 11})
chart = wb.add_chart({'type': 'column'}); chart.add_series({'values': '=Comercios!$E$5:$E$8'}); ws.insert_chart('A12', chart)
other.write('A1', 'otra hoja'); other.write_formula('A2', '=SUM(Comercios!E5:E8)', None, 1519.5)
wb.define_name('Saldos', '=Comercios!$E$5:$E$8')
wb.close()

# openpyxl.xlsx: the same by another writer, with comments and drawings under other names.
import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.table import Table
book = openpyxl.Workbook()
sheet = book.active
sheet.title = 'Comercios'
sheet['A1'] = 'Comercios de ejemplo'
sheet.merge_cells('A1:F1')
for c, v in enumerate(['business_name', 'email', 'mobile_phone_number', 'identification_number', 'saldo', 'doble']):
    cell = sheet.cell(4, c + 1, v)
    cell.font = Font(bold=True)
for i, r in enumerate(rows):
    for c, v in enumerate(r):
        if v != '':
            sheet.cell(5 + i, c + 1, v)
    sheet.cell(5 + i, 6, '=E%d*2' % (5 + i))
sheet['A5'].comment = Comment('ya estaba aquí', 'Ana')
sheet['G6'].fill = PatternFill('solid', fgColor='FFFF00')
sheet.add_table(Table(displayName='Datos', ref='A4:F8'))
sheet.freeze_panes = 'B5'
book.save('openpyxl.xlsx')
