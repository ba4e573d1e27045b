/*
** al_sqlite_import.c - records that come into a log together.
**
** Every content that comes gets the next sequence number, so an import is the
** range of its numbers. The current content of a record is in 'record', those
** it had before are in 'superseded', each under its own number; nothing is
** ever written over.
*/
#include "al_redact.h"
#include "al_sqlite.h"

#define PARAMETERS "?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?"
#define NCOLUMNS   21

/* Rows of a statement that inserts many: to begin and end one costs as much as
** a few rows. */
#define ROWS      AL_PENDING_MAX
#define TWICE(x)  x "," x
#define MANY(row) TWICE(TWICE(TWICE(TWICE(TWICE(row)))))

/* OR FAIL leaves the rows before the one that fails and needs no journal of
** the statement, which would cost more than the rows. */
#define INSERT "INTO record (" AL_RECORD_COLUMNS ") VALUES "
#define INSERT_CUSTOMER                                                        \
  "INSERT OR FAIL INTO customer_record (days, customer, sequence) VALUES "

/* The contents of a key of which reports mask some, in the order of al_field. */
#define READ_SECRET(table)                                                     \
  "SELECT id, partner_id, customer_id, customer_name, user_principal_name,"    \
  " application_id, session_id, original_correlation_id, resource_type,"       \
  " operation_type, operation_status, operation_date, resource_old_value,"     \
  " resource_new_value, customized_data, other FROM " table                    \
  " WHERE operation_date = ?1 AND identity = ?2 AND secret <> 0"

/* How many bytes of the log an import masks to compare: for each one that comes
** so many, and some more. */
#define MASKED_FOR_EACH 4
#define MASKED_AT_LEAST (64 * 1024 * 1024)

static const char *const SQL[AL_NSTATEMENTS] = {
    /* AL_INSERT */
    "INSERT OR IGNORE " INSERT "(" PARAMETERS ")",
    /* AL_INSERT_ROWS */
    "INSERT OR FAIL " INSERT MANY("(" PARAMETERS ")"),
    /* AL_FIND */
    "SELECT sequence, digest, operation_status, customer_id FROM record"
    " WHERE operation_date = ?1 AND identity = ?2",
    /* AL_READ_SECRET */
    READ_SECRET("record") " UNION ALL " READ_SECRET("superseded"),
    /* AL_FIND_SUPERSEDED */
    "SELECT 1 FROM superseded"
    " WHERE operation_date = ?1 AND identity = ?2 AND digest = ?3",
    /* AL_INSERT_SUPERSEDED */
    "INSERT INTO superseded (" AL_RECORD_COLUMNS ") VALUES (" PARAMETERS ")",
    /* AL_SUPERSEDE */
    "INSERT INTO superseded (" AL_RECORD_COLUMNS ")"
    " SELECT " AL_RECORD_COLUMNS " FROM record WHERE sequence = ?1",
    /* AL_DELETE */
    "DELETE FROM record WHERE sequence = ?1",
    /* AL_INSERT_CUSTOMER */
    INSERT_CUSTOMER "(?,?,?)",
    /* AL_INSERT_CUSTOMERS */
    INSERT_CUSTOMER MANY("(?,?,?)"),
    /* AL_DELETE_CUSTOMER */
    "DELETE FROM customer_record"
    " WHERE days = ?1 AND customer = ?2 AND sequence = ?3",
    /* AL_FIND_CUSTOMER */
    "SELECT 1 FROM customer_record"
    " WHERE days = ?1 AND customer = ?2 AND sequence = ?3",
    /* AL_KEEP_PURGED */
    "INSERT INTO purged (sequence, digest) VALUES (?1, ?2)",
    /* AL_ROLLBACK: prepared too, as it must not fail when memory runs out */
    "ROLLBACK",
};

/* Where the record's columns go in AL_RECORD_COLUMNS. */
#define FIRST_FIELD_PARAMETER 7

/* Of a record's operation_date: "2026-10-3", which is some ten days. */
#define DAYS_LEN 9

/* The content that the log has under the same identity. */
typedef struct {
  int64_t sequence; /* 0: there is none */
  int same;         /* as the one that comes */
  int final;        /* its status is one that does not go back to progress */
} current;

/* ---- statements ---- */

static sqlite3_stmt *statement (al_sqlite *store, al_statement which) {
  return store->statement[which];
}

static al_status prepare (al_sqlite *store, al_statement which, al_error *err) {
  if (store->statement[which] != NULL)
    return AL_OK;
  return al_sqlite_prepare(store->db, &store->statement[which], SQL[which],
                           strlen(SQL[which]), err);
}

/* All but those of many rows, which small imports do without, and those that no
** import needs. */
static al_status prepare_all (al_sqlite *store, al_error *err) {
  int i;
  for (i = 0; i < AL_NSTATEMENTS; i++)
    if (i != AL_INSERT_ROWS && i != AL_INSERT_CUSTOMERS &&
        i != AL_FIND_CUSTOMER && i != AL_KEEP_PURGED &&
        prepare(store, (al_statement)i, err) != AL_OK)
      return err->status;
  return AL_OK;
}

/* Run a statement that gives no rows; its parameters are forgotten, as they
** point to memory that is about to change. */
static al_status run (al_sqlite *store, al_statement which, al_error *err) {
  int code = sqlite3_step(statement(store, which));
  if (code != SQLITE_DONE)
    al_sqlite_fail(store->db, err);
  sqlite3_reset(statement(store, which));
  sqlite3_clear_bindings(statement(store, which));
  return code == SQLITE_DONE ? AL_OK : err->status;
}

/* Text and blobs are bound in place and outlive the statement's run. Nothing
** is allocated for them and no record is too large, so none of this fails. */
void al_sqlite_bind_text (sqlite3_stmt *s, int at, al_text text) {
  if (text.data == NULL)
    sqlite3_bind_null(s, at);
  else
    sqlite3_bind_text64(s, at, text.data, text.len, SQLITE_STATIC, SQLITE_UTF8);
}

static void bind_bytes (sqlite3_stmt *s, int at, const uint8_t *bytes,
                        int len) {
  sqlite3_bind_blob(s, at, bytes, len, SQLITE_STATIC);
}

/* A content as row 'row' of the statement's, from 0. */
static void bind_content (sqlite3_stmt *s, int row, const al_content *c,
                          int64_t sequence) {
  int base = row * NCOLUMNS, at = base + FIRST_FIELD_PARAMETER, field;
  sqlite3_bind_int64(s, base + 1, sequence);
  al_sqlite_bind_text(s, base + 2, c->record.field[AL_OPERATION_DATE]);
  bind_bytes(s, base + 3, c->identity, AL_IDENTITY_BYTES);
  bind_bytes(s, base + 4, c->digest, AL_DIGEST_BYTES);
  sqlite3_bind_int(s, base + 5, c->secret);
  al_sqlite_bind_text(s, base + 6, c->folded_name);
  for (field = 0; field < AL_NFIELDS; field++)
    if (field != AL_OPERATION_DATE)
      al_sqlite_bind_text(s, at++, c->record.field[field]);
}

static void bind_days (sqlite3_stmt *s, int at, al_text operation_date) {
  al_sqlite_bind_text(s, at, al_text_from(operation_date.data, DAYS_LEN));
}

static void bind_customer (sqlite3_stmt *s, int at, al_text key, int is_guid) {
  if (is_guid)
    bind_bytes(s, at, (const uint8_t *)key.data, AL_GUID_BYTES);
  else
    al_sqlite_bind_text(s, at, key);
}

static void bind_key (sqlite3_stmt *s, const al_content *c) {
  al_sqlite_bind_text(s, 1, c->record.field[AL_OPERATION_DATE]);
  bind_bytes(s, 2, c->identity, AL_IDENTITY_BYTES);
}

al_text al_sqlite_column_text (sqlite3_stmt *s, int column) {
  const char *data = (const char *)sqlite3_column_text(s, column);
  return al_text_from(
      data, data != NULL ? (size_t)sqlite3_column_bytes(s, column) : 0);
}

/* End the statement's run. That memory for a column ran out shows only here. */
static al_status end_row (al_sqlite *store, sqlite3_stmt *s, al_status status,
                          al_error *err) {
  if (sqlite3_reset(s) != SQLITE_OK && status == AL_OK)
    return al_sqlite_fail(store->db, err);
  return status;
}

/* ---- customers ---- */

static void bind_customer_row (sqlite3_stmt *s, int row, const al_content *c,
                               int64_t sequence) {
  bind_days(s, 3 * row + 1, c->record.field[AL_OPERATION_DATE]);
  bind_customer(s, 3 * row + 2, c->customer, c->customer_is_guid);
  sqlite3_bind_int64(s, 3 * row + 3, sequence);
}

al_status al_sqlite_find_customer (al_store *base, const al_content *content,
                                   int64_t sequence, int *rows, al_error *err) {
  al_sqlite *store = (al_sqlite *)base;
  sqlite3_stmt *s;
  int code;
  if (prepare(store, AL_FIND_CUSTOMER, err) != AL_OK)
    return err->status;
  s = statement(store, AL_FIND_CUSTOMER);
  bind_customer_row(s, 0, content, sequence);
  code = sqlite3_step(s);
  *rows = code == SQLITE_ROW;
  if (code != SQLITE_ROW && code != SQLITE_DONE)
    al_sqlite_fail(store->db, err);
  sqlite3_reset(s);
  return code == SQLITE_ROW || code == SQLITE_DONE ? AL_OK : err->status;
}

/* Give the customers what was inserted for them. */
static al_status flush_customers (al_sqlite *store, al_error *err) {
  int many = store->npending == ROWS, i;
  al_statement which = many ? AL_INSERT_CUSTOMERS : AL_INSERT_CUSTOMER;
  if (prepare(store, which, err) != AL_OK)
    return err->status;
  for (i = 0; i < store->npending; i++) {
    bind_customer_row(statement(store, which), many ? i : 0,
                      store->pending[i].content, store->pending[i].sequence);
    if ((!many || i == ROWS - 1) && run(store, which, err) != AL_OK)
      return err->status;
  }
  store->npending = 0;
  return AL_OK;
}

static al_status add_customer (al_sqlite *store, const al_content *c,
                               int64_t sequence, al_error *err) {
  al_pending *entry = &store->pending[store->npending];
  if (c->customer.data == NULL)
    return AL_OK;
  entry->content = c;
  entry->sequence = sequence;
  return ++store->npending == ROWS ? flush_customers(store, err) : AL_OK;
}

/* Take the row of a customer's record away. */
static al_status drop_row (al_sqlite *store, al_text operation_date,
                           al_text customer_id, int64_t sequence,
                           al_error *err) {
  sqlite3_stmt *s = statement(store, AL_DELETE_CUSTOMER);
  int is_guid;
  al_buffer_clear(&store->dropped);
  if (al_customer_key(&store->dropped, customer_id, &is_guid, err) != AL_OK)
    return err->status;
  bind_days(s, 1, operation_date);
  bind_customer(s, 2, al_buffer_text(&store->dropped), is_guid);
  sqlite3_bind_int64(s, 3, sequence);
  return run(store, AL_DELETE_CUSTOMER, err);
}

/* Forget whose record it was. The customer may be another one in the content
** that comes, so the one in the log is asked for. */
static al_status drop_customer (al_sqlite *store, const al_content *c,
                                int64_t sequence, al_error *err) {
  sqlite3_stmt *find = statement(store, AL_FIND);
  al_status status = AL_OK;
  if (flush_customers(store, err) != AL_OK)
    return err->status;
  bind_key(find, c);
  if (sqlite3_step(find) != SQLITE_ROW)
    status = al_sqlite_fail(store->db, err);
  else if (sqlite3_column_type(find, 3) != SQLITE_NULL)
    status = drop_row(store, c->record.field[AL_OPERATION_DATE],
                      al_sqlite_column_text(find, 3), sequence, err);
  return end_row(store, find, status, err);
}

/* ---- contents ---- */

/* A content is in 'record', under the next number. */
static al_status inserted (al_sqlite *store, const al_content *c,
                           al_error *err) {
  int64_t sequence = store->base.import.next_sequence;
  al_store_count_content(&store->base, c->digest);
  return add_customer(store, c, sequence, err);
}

/* Put the content in the place of none. *done is 0 when there is one. */
static al_status insert (al_sqlite *store, const al_content *c, int *done,
                         al_error *err) {
  bind_content(statement(store, AL_INSERT), 0, c,
               store->base.import.next_sequence);
  if (run(store, AL_INSERT, err) != AL_OK)
    return err->status;
  *done = sqlite3_changes(store->db) > 0;
  return *done ? inserted(store, c, err) : AL_OK;
}

/* The same for ROWS of them, up to the first that there is one of. */
static al_status insert_rows (al_sqlite *store, const al_content *c, int *done,
                              al_error *err) {
  sqlite3_stmt *s;
  al_status status;
  int i, code;
  if (prepare(store, AL_INSERT_ROWS, err) != AL_OK)
    return err->status;
  s = statement(store, AL_INSERT_ROWS);
  for (i = 0; i < ROWS; i++)
    bind_content(s, i, &c[i], store->base.import.next_sequence + i);
  code = sqlite3_step(s);
  *done = code == SQLITE_DONE ? ROWS : sqlite3_changes(store->db);
  status = code == SQLITE_DONE || code == SQLITE_CONSTRAINT_UNIQUE
               ? AL_OK
               : al_sqlite_fail(store->db, err);
  sqlite3_reset(s); /* bound anew before it runs again */
  for (i = 0; status == AL_OK && i < *done; i++)
    status = inserted(store, &c[i], err);
  store->base.import.counts.added += *done;
  return status;
}

static al_status find_current (al_sqlite *store, const al_content *c,
                               current *out, al_error *err) {
  sqlite3_stmt *s = statement(store, AL_FIND);
  al_status status = AL_OK;
  int code;
  memset(out, 0, sizeof *out);
  bind_key(s, c);
  code = sqlite3_step(s);
  if (code == SQLITE_ROW) {
    out->sequence = sqlite3_column_int64(s, 0);
    out->same =
        sqlite3_column_bytes(s, 1) == AL_DIGEST_BYTES &&
        memcmp(sqlite3_column_blob(s, 1), c->digest, AL_DIGEST_BYTES) == 0;
    out->final = al_store_is_final(al_sqlite_column_text(s, 2));
  } else if (code != SQLITE_DONE) {
    status = al_sqlite_fail(store->db, err);
  }
  return end_row(store, s, status, err);
}

static al_status was_superseded (al_sqlite *store, const al_content *c,
                                 int *known, al_error *err) {
  sqlite3_stmt *s = statement(store, AL_FIND_SUPERSEDED);
  al_status status = AL_OK;
  int code;
  bind_key(s, c);
  bind_bytes(s, 3, c->digest, AL_DIGEST_BYTES);
  code = sqlite3_step(s);
  *known = code == SQLITE_ROW;
  if (code != SQLITE_ROW && code != SQLITE_DONE)
    status = al_sqlite_fail(store->db, err);
  sqlite3_reset(s);
  return status;
}

static int64_t bytes_of (const al_record *record) {
  int64_t bytes = 0;
  int field;
  for (field = 0; field < AL_NFIELDS; field++)
    bytes += (int64_t)record->field[field].len;
  return bytes;
}

/* The digest of the record in the statement's row with its secrets masked. */
static al_status digest_masked (al_sqlite *store, sqlite3_stmt *s,
                                uint8_t *digest, al_error *err) {
  al_record record, masked;
  int field;
  memset(&record, 0, sizeof record);
  for (field = 0; field < AL_NFIELDS; field++)
    record.field[field] = al_sqlite_column_text(s, field);
  store->mask_bytes -= bytes_of(&record);
  if (al_redact_record(&masked, &record, &store->masked, err) != AL_OK)
    return err->status;
  al_record_digest(&masked, digest);
  return AL_OK;
}

/* Whether what comes is a content in the log as a report shows it, its secrets
** masked: importing a report again must neither lose them nor turn back what
** became of the record since. Under a secret key stands a mask then. A file that
** brings one record again and again, with other secrets each time, would be
** compared with itself: so much of the log is masked and no more. */
static al_status is_masked_copy (al_sqlite *store, const al_content *c,
                                 int *masked, al_error *err) {
  sqlite3_stmt *s = statement(store, AL_READ_SECRET);
  int64_t *left = &store->mask_bytes;
  uint8_t digest[AL_DIGEST_BYTES];
  al_status status = AL_OK;
  *masked = 0;
  if (!c->secret)
    return AL_OK;
  bind_key(s, c);
  *left += MASKED_FOR_EACH * bytes_of(&c->record);
  while (!*masked && *left > 0 && status == AL_OK &&
         sqlite3_step(s) == SQLITE_ROW) {
    status = digest_masked(store, s, digest, err);
    *masked = status == AL_OK && memcmp(digest, c->digest, sizeof digest) == 0;
  }
  return end_row(store, s, status, err);
}

/* The content in the log moves to the superseded ones. */
static al_status supersede (al_sqlite *store, const al_content *c,
                            int64_t sequence, al_error *err) {
  if (drop_customer(store, c, sequence, err) != AL_OK)
    return err->status;
  sqlite3_bind_int64(statement(store, AL_SUPERSEDE), 1, sequence);
  if (run(store, AL_SUPERSEDE, err) != AL_OK)
    return err->status;
  sqlite3_bind_int64(statement(store, AL_DELETE), 1, sequence);
  return run(store, AL_DELETE, err);
}

al_status al_sqlite_delete (al_sqlite *store, int64_t sequence,
                            al_text operation_date, al_text customer_id,
                            al_error *err) {
  if (customer_id.data != NULL &&
      drop_row(store, operation_date, customer_id, sequence, err) != AL_OK)
    return err->status;
  sqlite3_bind_int64(statement(store, AL_DELETE), 1, sequence);
  return run(store, AL_DELETE, err);
}

/* Whether the log holds a content already, current or not, or shows it. What a
** copy brings was asked that once. */
static al_status is_known (al_sqlite *store, const al_content *c,
                           const current *old, int *known, al_error *err) {
  *known = old->same;
  if (store->in_copy)
    return AL_OK;
  if (!*known && was_superseded(store, c, known, err) != AL_OK)
    return err->status;
  return *known ? AL_OK : is_masked_copy(store, c, known, err);
}

/* A content under an identity that is there already. */
static al_status put_again (al_sqlite *store, const al_content *c,
                            const current *old, al_error *err) {
  al_import_counts *counts = &store->base.import.counts;
  int known;
  if (is_known(store, c, old, &known, err) != AL_OK)
    return err->status;
  if (known) {
    counts->known++;
    return AL_OK;
  }
  counts->changed++;
  if (old->final &&
      al_store_is_progress(c->record.field[AL_OPERATION_STATUS])) {
    bind_content(statement(store, AL_INSERT_SUPERSEDED), 0, c,
                 store->base.import.next_sequence);
    al_store_count_content(&store->base, c->digest);
    return run(store, AL_INSERT_SUPERSEDED, err);
  }
  if (supersede(store, c, old->sequence, err) != AL_OK)
    return err->status;
  return insert(store, c, &known, err);
}

/* What is known comes in runs: behind one that is, the next is looked for
** before it is tried as a new one. */
static al_status put_one (al_sqlite *store, const al_content *c,
                          al_error *err) {
  al_import_state *import = &store->base.import;
  current old;
  int done = 0;
  if (!store->in_known) {
    if (insert(store, c, &done, err) != AL_OK)
      return err->status;
    store->in_known = !done;
  }
  if (!done) {
    if (find_current(store, c, &old, err) != AL_OK)
      return err->status;
    if (old.sequence != 0)
      return put_again(store, c, &old, err);
    store->in_known = 0;
    if (insert(store, c, &done, err) != AL_OK)
      return err->status;
  }
  import->counts.added++;
  return done ? AL_OK
              : al_fail(err, AL_CORRUPT,
                        "the log's index and its records disagree");
}

al_status al_sqlite_put (al_store *base, const al_content *contents, size_t n,
                         al_error *err) {
  al_sqlite *store = (al_sqlite *)base;
  size_t i;
  for (i = 0; i < n;) {
    int done = 1;
    if (!store->in_known && n - i >= ROWS) {
      if (insert_rows(store, &contents[i], &done, err) != AL_OK)
        return err->status;
      store->in_known = done < ROWS;
    } else if (put_one(store, &contents[i], err) != AL_OK) {
      return err->status;
    }
    i += (size_t)done;
    base->import.counts.records += done;
  }
  if (flush_customers(store, err) != AL_OK)
    return err->status;
  al_sqlite_wrote(store);
  return AL_OK;
}

al_status al_sqlite_keep_purged (al_store *base, const uint8_t *digests,
                                 size_t n, al_error *err) {
  al_sqlite *store = (al_sqlite *)base;
  sqlite3_stmt *s;
  size_t i;
  if (prepare(store, AL_KEEP_PURGED, err) != AL_OK)
    return err->status;
  s = statement(store, AL_KEEP_PURGED);
  for (i = 0; i < n; i++, digests += AL_DIGEST_BYTES) {
    sqlite3_bind_int64(s, 1, base->import.next_sequence);
    bind_bytes(s, 2, digests, AL_DIGEST_BYTES);
    if (run(store, AL_KEEP_PURGED, err) != AL_OK)
      return err->status;
    al_store_count_content(base, digests);
  }
  return AL_OK;
}

/* ---- the transaction ---- */

/* With another one than it should be, it is slower and no less right. */
static void set_cache (al_sqlite *store, al_cache cache) {
  al_error ignored;
  al_sqlite_cache(store->db, cache, &ignored);
}

al_status al_sqlite_begin_by (al_sqlite *store, const char *begin,
                              al_error *err) {
  if (prepare_all(store, err) != AL_OK ||
      al_sqlite_exec(store->db, begin, err) != AL_OK)
    return err->status;
  set_cache(store, AL_CACHE_WRITE);
  store->npending = store->in_known = 0;
  store->mask_bytes = MASKED_AT_LEAST;
  if (al_store_continue_chain(&store->base, err) != AL_OK)
    al_sqlite_rollback(&store->base);
  else
    return AL_OK;
  return err->status;
}

al_status al_sqlite_begin (al_store *base, al_begin how, al_error *err) {
  al_sqlite *store = (al_sqlite *)base;
  int begun = 0;
  store->in_copy = how == AL_BEGIN_COPY;
  if ((how == AL_BEGIN_LARGE || how == AL_BEGIN_COPY) &&
      al_sqlite_begin_large(store, &begun, err) != AL_OK)
    return err->status;
  if (begun)
    return AL_OK;
  al_sqlite_return_to_wal(store, 0);
  return al_sqlite_begin_by(store, "BEGIN IMMEDIATE", err);
}

/* Each content had its number and its place when it was put. */
al_status al_sqlite_settle (al_store *store, al_error *err) {
  (void)store, (void)err;
  return AL_OK;
}

al_status al_sqlite_end (al_store *base, al_error *err) {
  al_sqlite *store = (al_sqlite *)base;
  if (al_sqlite_end_syncer(store, err) != AL_OK ||
      al_sqlite_exec(store->db, "COMMIT", err) != AL_OK)
    return err->status;
  set_cache(store, AL_CACHE_READ);
  al_sqlite_return_to_wal(store, base->timeout_ms);
  return AL_OK;
}

void al_sqlite_rollback (al_store *base) {
  al_sqlite *store = (al_sqlite *)base;
  al_error ignored;
  al_sqlite_end_syncer(store, &ignored);
  /* SQLite may have rolled back by itself; then this says so, to nobody. */
  if (!sqlite3_get_autocommit(store->db))
    sqlite3_step(statement(store, AL_ROLLBACK));
  sqlite3_reset(statement(store, AL_ROLLBACK));
  set_cache(store, AL_CACHE_READ);
  al_sqlite_return_to_wal(store, base->timeout_ms);
}
