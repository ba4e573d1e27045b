// The jobs in DuckDB.
//   node duckdb.js import|import-unique STORE FILE
//   node duckdb.js export STORE TARGET FROM TO [CUSTOMER_ID]
// FILE is JSON Lines or, by its name, CSV. 'import' makes a table of it as it
// is; 'import-unique' has one record an id, the newest, and two indexes.
const { DuckDBInstance } = require("@duckdb/node-api");
const { FIELDS, apiName } = require("./fields.js");

const quote = (text) => `'${text.replace(/'/g, "''")}'`;

// The types are named, as guessed dates would lose their seventh digit.
function jsonSource (path) {
  const columns = FIELDS.filter((field) => field !== "other")
    .map((field) => [apiName(field),
      field === "customized_data" ? "JSON" : "VARCHAR"])
    .concat([["attributes", "JSON"], ["participants", "JSON"]])
    .map(([name, type]) => `${name}: '${type}'`);
  const other = `json_object('attributes', attributes,
    'participants', participants)`;
  const values = FIELDS.map((field) =>
    `${field === "other" ? other : apiName(field)} AS ${field}`);
  return `SELECT ${values} FROM read_json(${quote(path)},
    format = 'newline_delimited', columns = {${columns}})`;
}

const csvSource = (path) =>
  `SELECT * FROM read_csv(${quote(path)}, header = true, all_varchar = true)`;

const source = (path) =>
  path.endsWith(".csv") ? csvSource(path) : jsonSource(path);

const importUnique = (path) => `
  CREATE TABLE record (${FIELDS.map((field) => `${field} VARCHAR`)},
    UNIQUE (id));
  INSERT INTO record SELECT ${FIELDS} FROM
    (SELECT *, row_number() OVER () AS number FROM (${source(path)}))
    QUALIFY id IS NULL OR
      row_number() OVER (PARTITION BY id ORDER BY number DESC) = 1;
  CREATE INDEX by_date ON record (operation_date);
  CREATE INDEX by_customer ON record (lower(customer_id), operation_date)`;

function exportTo (path, from, to, customer) {
  const filters = [
    from && `operation_date >= ${quote(from)}`,
    to && `operation_date < ${quote(to)}`,
    customer && `lower(customer_id) = ${quote(customer)}`,
  ].filter(Boolean);
  return `COPY (SELECT * FROM record WHERE ${filters.join(" AND ") || "true"}
    ORDER BY operation_date DESC) TO ${quote(path)} (HEADER)`;
}

async function main ([job, store, file, from, to, customer]) {
  const instance = await DuckDBInstance.create(store,
    job === "export" ? { access_mode: "READ_ONLY" } : {});
  const connection = await instance.connect();
  await connection.run({
    "import": () => `CREATE TABLE record AS ${source(file)}`,
    "import-unique": () => importUnique(file),
    "export": () => exportTo(file, from, to, customer),
  }[job]());
  connection.closeSync();
  instance.closeSync();
}

main(process.argv.slice(2));
