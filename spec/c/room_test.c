/*
** room_test.c - memory that runs out wherever a buffer happens to end.
**
** A buffer doubles now and then, and most of what is appended finds room. Here
** each step runs with a padding of every length up to that of a first buffer,
** so that its end comes to every place, and each time with each allocation
** failing in turn. What is written past the end shows in ASan.
*/
#include <stdlib.h>

#include "al_book_cell.h"
#include "al_content.h"
#include "al_csv.h"
#include "al_detail.h"
#include "al_difference.h"
#include "al_excel.h"
#include "al_fold.h"
#include "al_fold_cache.h"
#include "al_label.h"
#include "al_mask.h"
#include "al_members.h"
#include "al_names.h"
#include "al_read_csv.h"
#include "al_read_json.h"
#include "al_record_json.h"
#include "al_search.h"
#include "al_store.h"
#include "al_summary_export.h"
#include "al_value.h"
#include "check.h"
#include "help.h"
#include "help_memory.h"

#define PADDING_MAX 300 /* a first buffer has 256 bytes */

static char spaces[PADDING_MAX + 1]; /* that many; the padding begins in it */

/* ---- running a step ---- */

typedef al_status (*step)(size_t padding, al_error *err);

static al_status run_step (step run, size_t padding) {
  al_error err = {AL_OK, ""};
  al_status status;
  memory_runs_out();
  status = run(padding, &err);
  memory_is_back();
  CHECK(status == AL_OK || status == AL_NOMEM);
  if (status != AL_OK)
    CHECK_STRING("not enough memory", err.message);
  return status;
}

static void fail_step (step run) {
  int before = check_failures, failed = 0;
  size_t padding;
  for (padding = 0; padding <= PADDING_MAX; padding++) {
    memory.fail_at = 0;
    memory.go_on = padding % 2 == 1; /* all those behind it fail too */
    do {
      memory.fail_at++;
      failed += run_step(run, padding) != AL_OK;
    } while (memory.count >= memory.fail_at && check_failures == before);
    if (check_failures > before) {
      printf("  padding %d, allocation %ld\n", (int)padding, memory.fail_at);
      return;
    }
  }
  CHECK(failed > 0);
}

/* A step that appends to a buffer in which the padding stands. */
static al_status append_behind (size_t padding,
                                al_status (*append)(al_buffer *, al_error *),
                                al_error *err) {
  al_buffer out = {0};
  al_status status = al_buffer_append(&out, spaces, padding, err);
  if (status == AL_OK)
    status = append(&out, err);
  al_buffer_close(&out);
  return status;
}

#define APPENDING(name)                                                        \
  static al_status name##_behind(size_t padding, al_error *err) {              \
    return append_behind(padding, append_##name, err);                         \
  }                                                                            \
  static void name(void) {                                                     \
    fail_step(name##_behind);                                                  \
  }

/* A text with the padding in it, which itself cannot fail. */
static al_text padded (char *room, size_t size, const char *format,
                       size_t padding) {
  int len = snprintf(room, size, format, (int)padding, spaces);
  CHECK(len > 0 && (size_t)len < size);
  return al_text_from(room, (size_t)len);
}

/* ---- labels, keys and dates ---- */

static al_status append_labels (al_buffer *out, al_error *err) {
  al_zone utc = {0};
  if (al_label_append(out, AL_TEXT("create_order"), err) != AL_OK ||
      al_label_append_key(out, AL_TEXT("OrderId"), err) != AL_OK ||
      al_label_append_path(out, AL_TEXT("LineItems.1.Id"), err) != AL_OK ||
      al_label_append_date(out, AL_TEXT("no date"), &utc, err) != AL_OK)
    return err->status;
  return al_label_append_date(out, AL_TEXT("2026-10-31T17:58:10.0000000Z"),
                              &utc, err);
}
APPENDING(labels)

/* ---- cells ---- */

static al_status append_row (al_buffer *out, al_error *err) {
  al_csv_writer writer = {.out = out, .newline = "\r\n", .separator = ','};
  if (al_csv_field(&writer, AL_TEXT_MISSING, err) != AL_OK ||
      al_csv_row_end(&writer, err) != AL_OK ||
      al_csv_field(&writer, AL_TEXT("a \"b\""), err) != AL_OK ||
      al_csv_field_again(&writer, AL_TEXT("\"a \"\"b\"\"\""), err) != AL_OK)
    return err->status;
  return al_csv_row_end(&writer, err);
}
APPENDING(row)

static al_status excel_cell (size_t padding, al_error *err) {
  al_excel excel = {.defuse = 1};
  al_buffer scratch = {0};
  char room[PADDING_MAX + 8];
  al_text cell;
  al_status status =
      al_excel_cell(&excel, padded(room, sizeof room, "=%.*s", padding),
                    &scratch, &cell, err);
  al_buffer_close(&scratch);
  return status;
}

static void excel_cells (void) {
  fail_step(excel_cell);
}

static al_status append_book (al_buffer *out, al_error *err) {
  return al_book_append_text(out, AL_TEXT("a_x0041_b"), err);
}
APPENDING(book)

static al_status book_link (size_t padding, al_error *err) {
  al_buffer out = {0}, shown = {0};
  char room[PADDING_MAX + 32], title[PADDING_MAX + 8];
  al_status status =
      al_book_link(&out, &shown,
                   padded(room, sizeof room, "https://a.example/%.*s", padding),
                   padded(title, sizeof title, "\"%.*s", padding / 2), err);
  al_buffer_close(&out);
  al_buffer_close(&shown);
  return status == AL_LIMIT ? AL_OK : status;
}

static void book_links (void) {
  fail_step(book_link);
}

static al_status book_names (size_t padding, al_error *err) {
  al_buffer out = {0};
  char room[PADDING_MAX + 8];
  al_status status = al_book_sheet_name(
      &out, padded(room, sizeof room, "a%.*sb", padding), 2, err);
  if (status == AL_OK) {
    al_buffer_close(&out);
    status = al_book_sheet_name(&out, AL_TEXT("[]"), 1, err);
  }
  al_buffer_close(&out);
  return status;
}

static void book_sheet_names (void) {
  fail_step(book_names);
}

/* ---- what is told of a record ---- */

static al_status append_details (al_buffer *out, al_error *err) {
  al_record record = help_record("1", "2026-10-31T17:58:10.0000000Z", NULL);
  al_detail_state state = {0};
  al_status status;
  record.field[AL_RESOURCE_NEW_VALUE] =
      AL_TEXT("{\"LineItems\":[{\"FriendlyName\":\"P\",\"Quantity\":1},"
              "{\"FriendlyName\":\"Q\",\"Quantity\":2}]}");
  status = al_detail_append(out, AL_DETAIL_INFORMATION, &record, &state, err);
  al_detail_close(&state);
  return status;
}
APPENDING(details)

static al_status read_items (size_t padding, al_error *err) {
  al_record record = help_record("1", "2026-10-31T17:58:10.0000000Z", NULL);
  al_line_items items = {0};
  char room[2 * PADDING_MAX + 100];
  al_status status;
  snprintf(room, sizeof room,
           "[{\"key\":\"OfferId-%d\",\"value\":\"%.*s\"},"
           "{\"key\":\"Quantity-0\",\"value\":\"1\"}]",
           (int)padding, (int)padding, spaces);
  record.field[AL_CUSTOMIZED_DATA] = help_text(room);
  status = al_line_items_read(&items, &record, err);
  al_line_items_close(&items);
  return status;
}

static void line_items (void) {
  fail_step(read_items);
}

/* The old document has a member that the new one lacks; of the changes so many
** stand before it. */
static al_status read_differences (size_t padding, al_error *err) {
  static char old_text[20 * PADDING_MAX], new_text[20 * PADDING_MAX];
  size_t old_len = 0, new_len = 0, i;
  al_tree old = {0}, new = {0};
  al_differences changes = {0};
  al_status status;
  for (i = 0; i < padding % 40; i++) {
    old_len += (size_t)sprintf(old_text + old_len, "%c\"k%d\":1",
                               i > 0 ? ',' : '{', (int)i);
    new_len += (size_t)sprintf(new_text + new_len, "%c\"k%d\":2",
                               i > 0 ? ',' : '{', (int)i);
  }
  sprintf(old_text + old_len, "%c\"gone\":1}", i > 0 ? ',' : '{');
  sprintf(new_text + new_len, "%s}", i > 0 ? "" : "{");
  status = al_tree_read(&old, help_text(old_text), err);
  if (status == AL_OK)
    status = al_tree_read(&new, help_text(new_text), err);
  if (status == AL_OK)
    status = al_differences_read(&changes, &old, &new, err);
  CHECK(status != AL_OK || changes.n == padding % 40 + 1);
  al_differences_close(&changes);
  al_tree_close(&old);
  al_tree_close(&new);
  return status;
}

static void differences (void) {
  fail_step(read_differences);
}

static al_status append_path (al_buffer *out, al_error *err) {
  static char deep[4 * AL_PATH_MAX_BYTES];
  al_tree tree = {0};
  al_status status;
  size_t i, len = 0;
  for (i = 0; i < 2 * AL_PATH_MAX_BYTES; i++) /* a path that is cut */
    len += (size_t)sprintf(deep + len, "%s", i == 0 ? "{\"" : "k");
  sprintf(deep + len, "\":{\"k\":[1]}}");
  status = al_tree_read(&tree, help_text(deep), err);
  for (i = 0; status == AL_OK && i < tree.n; i++)
    status = al_path_append(out, &tree, (uint32_t)i, err);
  al_tree_close(&tree);
  return status;
}
APPENDING(path)

/* ---- JSON ---- */

static al_status append_json (al_buffer *out, al_error *err) {
  return al_json_compact(
      out, AL_TEXT("[ \"a\\n\\u0001b\" , 1, {\"k\": \"v\"}]"), err);
}
APPENDING(json)

static al_status append_masked (al_buffer *out, al_error *err) {
  const al_mask_scope scope = {0};
  int masked;
  al_status status = al_mask_append(
      out,
      AL_TEXT("{\"password\":[1],\"a\":{\"Value\":\"x\",\"Key\":\"secret\"},"
              "\"b\":\"{\\\"secret\\\":1}\",\"c\":[{}]}"),
      &scope, &masked, err);
  CHECK(status != AL_OK || masked);
  return status;
}
APPENDING(masked)

static al_status append_members (al_buffer *out, al_error *err) {
  al_members members;
  al_json *parser = NULL;
  al_status status;
  al_members_init(&members);
  status = al_members_write(&members, out, err); /* of no member at all */
  if (status == AL_OK)
    status = al_members_parse(&members, &parser,
                              AL_TEXT("{\"b\":[1,{\"c\":null}],\"a\":2}"), err);
  if (status == AL_OK)
    status = al_members_write(&members, out, err);
  al_json_close(parser);
  al_members_close(&members);
  return status;
}
APPENDING(members)

static al_status parse_members (size_t padding, al_error *err) {
  al_members members;
  al_json *parser = NULL;
  char room[PADDING_MAX + 100];
  al_status status;
  al_members_init(&members);
  status = al_members_parse(
      &members, &parser,
      padded(room, sizeof room,
             "{\"p\":\"%.*s\",\"b\":[1,{\"c\":null}],\"a\":\"x\"}", padding),
      err);
  al_json_close(parser);
  al_members_close(&members);
  return status;
}

static void members_of_a_text (void) {
  fail_step(parse_members);
}

static al_status open_value (size_t padding, al_error *err) {
  al_buffer out = {0};
  al_text document;
  char room[PADDING_MAX + 100];
  al_status status = al_value_open(
      padded(room, sizeof room, "\"{\\\"a\\\":\\\"%.*s\\\"}\"", padding), &out,
      &document, err);
  CHECK(status != AL_OK || document.data != NULL);
  al_buffer_close(&out);
  return status;
}

static void values_in_strings (void) {
  fail_step(open_value);
}

/* ---- folding and search ---- */

#define TEN_MARKS                                                              \
  "\xCC\x81\xCC\xA7\xCC\x81\xCC\xA7\xCC\x81\xCC\xA7\xCC\x81\xCC\xA7\xCC\x81"   \
  "\xCC\xA7"

static al_status append_folded (al_buffer *out, al_error *err) {
  return al_fold(
      out,
      AL_TEXT("Stra\xC3\x9F"
              "e " TEN_MARKS TEN_MARKS TEN_MARKS TEN_MARKS TEN_MARKS),
      err);
}
APPENDING(folded)

static al_status search_record (size_t padding, al_error *err) {
  static const al_text NEEDLES[] = {{"\xC3\x84", 2}, {"e", 1}};
  al_record record = help_record("1", "2026-10-31T17:58:10.0000000Z", NULL);
  al_search search;
  char room[PADDING_MAX + 100];
  int found;
  al_status status;
  al_search_init(&search);
  record.field[AL_CUSTOMER_NAME] = AL_TEXT("\xC3\xB6");
  record.field[AL_RESOURCE_NEW_VALUE] =
      padded(room, sizeof room, "\"\\u00d6%.*s\\u00e4\"", padding);
  status = al_search_set(&search, NEEDLES, 2, err);
  if (status == AL_OK)
    status = al_search_record(&search, &record, &found, err);
  CHECK(status != AL_OK || found);
  al_search_close(&search);
  return status;
}

static void searches (void) {
  fail_step(search_record);
}

static al_status make_content (size_t padding, al_error *err) {
  al_record record = help_record("1", "2026-10-31T17:58:10.0000000Z", NULL);
  al_fold_cache names = {0};
  al_buffer folded = {0};
  al_content content;
  char room[PADDING_MAX + 8];
  al_status status;
  record.field[AL_CUSTOMER_NAME] =
      padded(room, sizeof room, "\xC3\x84%.*s", padding);
  record.field[AL_CUSTOMER_ID] = AL_TEXT("C");
  status = al_content_make(&content, &record, &names, &folded, err);
  al_fold_cache_close(&names);
  al_buffer_close(&folded);
  return status;
}

static void contents (void) {
  fail_step(make_content);
}

static al_status show_name (size_t padding, al_error *err) {
  al_names names = {0};
  char room[PADDING_MAX + 8];
  uint32_t number;
  al_status status = al_names_add(
      &names, padded(room, sizeof room, "a%.*s", padding), 0, &number, err);
  if (status == AL_OK)
    status = al_names_show(&names, number, AL_TEXT("A"), err);
  al_names_close(&names);
  return status;
}

static void names_that_are_shown (void) {
  fail_step(show_name);
}

/* ---- records ---- */

static al_status append_record (al_buffer *out, al_error *err) {
  al_record record = help_record("1", "2026-10-31T17:58:10.0000000Z", "x");
  record.field[AL_OTHER] = AL_TEXT("{\"a\":1}");
  return al_record_json(out, &record, err);
}
APPENDING(record)

static al_status take (void *context, const al_record *record, al_error *err) {
  (void)record, (void)err;
  ++*(int *)context;
  return AL_OK;
}

static al_status read_json (size_t padding, al_error *err) {
  al_json_reader *reader;
  char room[PADDING_MAX + 200];
  int n = 0;
  al_text text = padded(
      room, sizeof room,
      "{\"id\":\"%.*s\",\"operationDate\":\"2026-10-31T17:58:01Z\",\"b\":[1],"
      "\"customizedData\":[{\"key\":\"OrderId\",\"value\":\"7\"},[null]],"
      "\"a\":\"x\"}",
      padding);
  al_status status = al_json_reader_open(&reader, take, &n, err);
  if (status == AL_OK)
    status = al_json_reader_feed(reader, text.data, text.len, err);
  if (status == AL_OK)
    status = al_json_reader_finish(reader, err);
  CHECK(n == (status == AL_OK) || status == AL_NOMEM);
  al_json_reader_close(reader);
  return status;
}

static void records_of_json (void) {
  fail_step(read_json);
}

/* A row without a line end is read by libcsv, which has memory of its own. */
static al_status read_csv (size_t padding, al_error *err) {
  al_csv_reader *reader;
  char room[PADDING_MAX + 200];
  int n = 0;
  al_text text = padded(room, sizeof room,
                        "id,operation_type,operation_date,other\r\n"
                        "%.*s,Create Order,2026-10-31T17:58:03Z,"
                        "\"{\"\"z\"\":1,\"\"y\"\":[]}\"",
                        padding);
  al_status status = al_csv_reader_open(&reader, NULL, 0, take, &n, err);
  if (status == AL_OK)
    status = al_csv_reader_feed(reader, text.data, text.len, err);
  if (status == AL_OK)
    status = al_csv_reader_finish(reader, err);
  CHECK(n == 1 || status == AL_NOMEM);
  al_csv_reader_close(reader);
  return status;
}

static void records_of_csv (void) {
  fail_step(read_csv);
}

/* ---- filters and summaries, with SQLite's own memory left alone ---- */

static al_store *store;

/* Fields and values such that the statement's parts end anywhere. */
static al_status open_filtered (size_t padding, al_error *err) {
  static const al_text VALUES[] = {{"x", 1}, {"y", 1}, {"z", 1}};
  al_query query = help_query();
  al_cursor *cursor;
  size_t i;
  for (i = 0; i < AL_NFILTERS; i++) {
    query.filter[i].values = VALUES;
    query.filter[i].n = 1 + (padding + i) % 3;
  }
  query.fields = (unsigned)(padding * 2654435761u >> 3) & AL_FIELDS_ALL;
  query.period.start = 1;
  query.period.stop = AL_TIME_MAX;
  query.oldest_first = padding / 2 % 2 == 1;
  if (al_cursor_open(&cursor, store, &query, err) != AL_OK)
    return err->status;
  al_cursor_close(cursor);
  return AL_OK;
}

static void filters (void) {
  fail_step(open_filtered);
}

/* A record for each padding, which is part of its operation. */
static void make_records (void) {
  char room[PADDING_MAX + 8];
  al_import_counts counts;
  al_error err;
  size_t i;
  CHECK(al_store_begin(store, &err) == AL_OK);
  for (i = 0; i <= PADDING_MAX; i++) {
    al_record record =
        help_record(NULL, "2026-10-31T17:58:10.0000000Z", "succeeded");
    record.field[AL_OPERATION_TYPE] = padded(room, sizeof room, "a%.*s", i);
    CHECK(al_store_put(store, &record, &err) == AL_OK);
  }
  CHECK(al_store_commit(store, AL_TEXT("test"), 0, &counts, &err) == AL_OK);
}

static al_status export_summary (size_t padding, al_error *err) {
  static const al_key BY[] = {AL_KEY_OPERATION_TYPE};
  const al_summary_options options = {.form = AL_SUMMARY_JSON_LINES};
  const al_zone utc = {0};
  char room[PADDING_MAX + 8];
  al_text type = padded(room, sizeof room, "a%.*s", padding);
  al_query query = help_query();
  al_buffer out = {0};
  const al_target target = {.buffer = &out};
  al_summary_result result;
  al_summary *summary;
  al_status status;
  query.filter[AL_FILTER_OPERATION_TYPE].values = &type;
  query.filter[AL_FILTER_OPERATION_TYPE].n = 1;
  status = al_summary_open(&summary, store, &query, BY, 1, &utc, err);
  if (status == AL_OK)
    status = al_summary_export(summary, &target, &options, &result, err);
  al_summary_close(summary);
  al_buffer_close(&out);
  return status;
}

static void summaries (void) {
  make_records();
  fail_step(export_summary);
}

int main (void) {
  memset(spaces, ' ', PADDING_MAX);
  store = help_open(":memory:");
  CHECK_RUN(labels);
  CHECK_RUN(row);
  CHECK_RUN(excel_cells);
  CHECK_RUN(book);
  CHECK_RUN(book_links);
  CHECK_RUN(book_sheet_names);
  CHECK_RUN(details);
  CHECK_RUN(line_items);
  CHECK_RUN(differences);
  CHECK_RUN(path);
  CHECK_RUN(json);
  CHECK_RUN(masked);
  CHECK_RUN(members);
  CHECK_RUN(members_of_a_text);
  CHECK_RUN(values_in_strings);
  CHECK_RUN(folded);
  CHECK_RUN(searches);
  CHECK_RUN(contents);
  CHECK_RUN(names_that_are_shown);
  CHECK_RUN(record);
  CHECK_RUN(records_of_json);
  CHECK_RUN(records_of_csv);
  CHECK_RUN(filters);
  CHECK_RUN(summaries);
  al_store_close(store);
  return CHECK_RESULT();
}
