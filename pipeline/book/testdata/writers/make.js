// Writes the book of README.md with SheetJS and with xlsx-populate: node make.js FOLDER
const XLSX = require("xlsx"), populate = require("xlsx-populate");
const folder = process.argv[2];
const header = ["NIT", "Razón social", "Contacto", , "Alta", "Activo", "Saldo", "Suma", "Falla", "Nota"];

function sheetjs() {
  const n = (v, z) => ({ t: "n", v, z });
  const ws = XLSX.utils.aoa_to_sheet([
    header,
    ["099000022", 'CAFÉ "SIERRA", S.A.S.', "ñandú & <co>", "a'b", n(25419, "yyyy-mm-dd"), true, n(123456789012345, "0"), { t: "n", v: 2, f: "1+1" }, { t: "e", v: 0x2a }, "negrita y normal"],
    [],
    ["000000001", "línea 1\nlínea 2", , " espacios ", n(45351 + (13 * 3600 + 45 * 60 + 30) / 86400, "yyyy-mm-dd hh:mm:ss"), false, 0.1, { t: "s", v: "xy", f: '"x"&"y"' }, , "igual: =1"],
  ]);
  ws["!merges"] = [XLSX.utils.decode_range("C1:D1")];
  const wb = XLSX.utils.book_new();
  XLSX.utils.book_append_sheet(wb, ws, "Clientes");
  XLSX.utils.book_append_sheet(wb, XLSX.utils.aoa_to_sheet([["otra"]]), "Otra");
  XLSX.utils.book_append_sheet(wb, XLSX.utils.aoa_to_sheet([["oculta"], ["007"]]), "Oculta");
  wb.Workbook = { Sheets: [{ Hidden: 0 }, { Hidden: 0 }, { Hidden: 1 }] };
  XLSX.writeFile(wb, folder + "/sheetjs.xlsx", { compression: true, bookSST: true });
  XLSX.writeFile(wb, folder + "/sheetjs-inline.xlsx", { compression: true, bookSST: false });
}

async function populated() {
  const wb = await populate.fromBlankAsync();
  const s = wb.sheet(0).name("Clientes");
  s.cell("A1").value([header]);
  s.range("C1:D1").merged(true);
  s.cell("A2").value([["099000022", 'CAFÉ "SIERRA", S.A.S.', "ñandú & <co>", "a'b", 25419, true, 123456789012345]]);
  s.cell("E2").style("numberFormat", "yyyy-mm-dd");
  s.cell("H2").formula("1+1");
  s.cell("I2").formula("NA()");
  const rich = new populate.RichText();
  rich.add("negrita", { bold: true }).add(" y normal");
  s.cell("J2").value(rich);
  s.cell("A4").value([["000000001", "línea 1\nlínea 2", , " espacios ", 45351 + (13 * 3600 + 45 * 60 + 30) / 86400, false, 0.1]]);
  s.cell("E4").style("numberFormat", "yyyy-mm-dd hh:mm:ss");
  s.cell("H4").formula('"x"&"y"');
  s.cell("J4").value("igual: =1");
  wb.addSheet("Otra").cell("A1").value("otra");
  const hidden = wb.addSheet("Oculta");
  hidden.cell("A1").value([["oculta"], ["007"]]);
  hidden.hidden(true);
  await wb.toFileAsync(folder + "/xlsx-populate.xlsx");
}

sheetjs();
populated();
