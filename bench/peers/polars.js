// The jobs in Polars.
//   node polars.js import STORE FILE
//   node polars.js export STORE TARGET FROM TO [CUSTOMER_ID]
// STORE is Arrow's IPC or, by its name, Parquet. FILE is JSON Lines or CSV.
const pl = require("nodejs-polars");
const { FIELDS, apiName } = require("./fields.js");

// Nested values stay JSON: CSV has no lists.
function scanJson (path) {
  const names = FIELDS.filter((field) => field !== "other").map(apiName);
  const schema = Object.fromEntries([...names, "attributes", "participants"]
    .map((name) => [name, pl.String]));
  const other = pl.concatString([
    pl.lit('{"attributes":'), pl.col("attributes"),
    pl.lit(',"participants":'), pl.col("participants"), pl.lit("}"),
  ], "").alias("other");
  return pl.scanJson(path, { schema }).select(
    ...names.map((name, i) => pl.col(name).alias(FIELDS[i])), other);
}

const scan = (path) =>
  path.endsWith(".parquet") ? pl.scanParquet(path) : pl.scanIPC(path);

function importTo (store, file) {
  const frame = file.endsWith(".csv")
    ? pl.scanCSV(file, { inferSchemaLength: 0 }) : scanJson(file);
  const sink = store.endsWith(".parquet")
    ? frame.sinkParquet(store) : frame.sinkIpc(store);
  sink.collectSync();
}

function exportTo (store, target, from, to, customer) {
  let frame = scan(store);
  if (from) frame = frame.filter(pl.col("operation_date").gtEq(pl.lit(from)));
  if (to) frame = frame.filter(pl.col("operation_date").lt(pl.lit(to)));
  if (customer) {
    frame = frame.filter(
      pl.col("customer_id").str.toLowerCase().eq(pl.lit(customer)));
  }
  frame.sort("operation_date", true).sinkCSV(target)
    .collectSync();
}

const [job, ...rest] = process.argv.slice(2);
({ "import": importTo, "export": exportTo })[job](...rest);
