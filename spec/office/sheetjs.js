// The cells that SheetJS finds in the first sheet of a CSV file or a workbook:
// each row as a line of JSON.
//
//     NODE_PATH=... node sheetjs.js FILE
//
// It is told nothing of the file: neither the separator nor the encoding. A
// cell is its text; one that it took for something else is an object:
// {"date": "YYYY-MM-DDThh:mm:ss"}, {"float": number}, {"formula": text}.

const fs = require("fs");
const XLSX = require("xlsx");

// Serial dates are written as the clock has them, whatever the process's zone.
function dateOf(serial) {
  const c = XLSX.SSF.parse_date_code(serial);
  const two = (n) => String(n).padStart(2, "0");
  return `${c.y}-${two(c.m)}-${two(c.d)}` +
    `T${two(c.H)}:${two(c.M)}:${two(c.S)}`;
}

function cellOf(cell) {
  if (cell === undefined || cell.t === "z") return "";
  if (cell.f !== undefined) return { formula: cell.f };
  if (cell.t === "n" && XLSX.SSF.is_date(cell.z || "General")) {
    return { date: dateOf(cell.v) };
  }
  if (cell.t === "n") return { float: String(cell.v) };
  return cell.t === "s" ? cell.v : { [cell.t]: cell.v };
}

const book = XLSX.read(fs.readFileSync(process.argv[2]), {
  type: "buffer", cellNF: true, dense: false,
});
const sheet = book.Sheets[book.SheetNames[0]];
const range = XLSX.utils.decode_range(sheet["!ref"]);
for (let r = range.s.r; r <= range.e.r; r++) {
  const row = [];
  for (let c = range.s.c; c <= range.e.c; c++) {
    row.push(cellOf(sheet[XLSX.utils.encode_cell({ r, c })]));
  }
  while (row.length > 0 && row[row.length - 1] === "") row.pop();
  process.stdout.write(JSON.stringify(row) + "\n");
}
