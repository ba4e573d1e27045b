/*
** al_read_json.c - audit records out of JSON.
**
** What an object is shows only while it is read: an "items" array makes it a
** page, a field of the API's a record, and what is neither may be the API's
** error body. So members are gathered until the object ends, or until "items"
** says that they were only a page's frame.
**
**   TOP ──[──► LIST      TOP, LIST ──{──► OBJECT ──"items":[──► ITEMS
**   ITEMS ──{──► OBJECT   (members of any OBJECT: VALUE, captured or skipped)
*/
#include "al_read_json.h"

#include <stdlib.h>

#include "al_draft.h"
#include "al_json.h"

/* As much of the API's own words as a message takes. */
#define API_WORDS_MAX 700

struct al_json_reader {
  al_json *json;
  al_record_handler handler;
  void *context;
  int64_t records; /* handed on so far */
  int in_list;     /* inside an array at the top */
  int in_object;   /* inside a page or record */
  int is_page;     /* the object at the top is a page */
  int in_items;    /* inside a page's items */

  /* the object that is being read */
  al_draft draft;
  int is_record;         /* it has a field that only records have */
  int field;             /* of the key before; AL_NFIELDS: none of the API's */
  int is_items;          /* the key before was "items" */
  int capture_depth;     /* of customizedData while it is open; 0: it is not */
  al_json_writer writer; /* of customizedData */
};

/* ---- whole objects ---- */

static void object_begin (al_json_reader *reader) {
  reader->in_object = 1;
  reader->is_record = 0;
  al_draft_clear(&reader->draft);
}

/* The first of these members that the object has. */
static al_text find_any (const al_members *members, const char *const *keys) {
  al_text found = AL_TEXT_MISSING;
  for (; *keys != NULL && found.data == NULL; keys++)
    found = al_members_find(members, *keys);
  return found;
}

/* The API answers errors as {"code", "description"}, {"message"} or
** {"statusCode", "message"}; who signs in may get OAuth's {"error",
** "error_description"} (RFC 6749, section 5.2) in its place. */
static al_status fail_no_record (al_json_reader *reader, al_error *err) {
  static const char *const CODES[] = {"code", "statusCode", NULL};
  static const char *const WORDS[] = {"description", "message",
                                      "error_description", "error", NULL};
  al_text code = find_any(&reader->draft.members, CODES);
  al_text words = find_any(&reader->draft.members, WORDS);
  al_quoted number;
  char said[API_WORDS_MAX];
  if (words.data == NULL)
    return al_fail(err, AL_SYNTAX,
                   "this object is no audit record and no page of them: it "
                   "has neither id, operationDate, operationType nor "
                   "resourceType, and no items");
  al_quote_to(said, sizeof said, words.data, words.len);
  if (code.data == NULL)
    return al_fail(err, AL_API, "this is an error that the API answered: %s",
                   said);
  return al_fail(err, AL_API,
                 "this is an error that the API answered: %s (code %s)", said,
                 al_quote(&number, code.data, code.len));
}

static al_status record_end (al_json_reader *reader, al_error *err) {
  al_draft *draft = &reader->draft;
  const al_record *record;
  al_status status;
  if (!reader->is_record)
    return fail_no_record(reader, err);
  if (draft->members.n > 0) {
    al_draft_field_open(draft, AL_OTHER);
    if (al_members_write(&draft->members, &draft->text, err) != AL_OK)
      return err->status;
    al_draft_field_close(draft, AL_OTHER);
  }
  if (al_draft_record(draft, &record, err) != AL_OK)
    return err->status;
  status = reader->handler(reader->context, record, err);
  reader->records++;
  al_json_mark(reader->json);
  return status;
}

static al_status object_end (al_json_reader *reader, al_error *err) {
  if (reader->in_items || !reader->is_page) {
    reader->in_object = 0;
    return record_end(reader, err);
  }
  reader->in_object = reader->is_page = 0;
  if (reader->is_record) /* whose first members are gone */
    return al_fail(err, AL_SYNTAX,
                   "this object has items like a page and fields of an audit "
                   "record behind them");
  al_json_mark(reader->json);
  return AL_OK;
}

/* ---- the values of members ---- */

static const char *kind_of (al_json_event event) {
  switch (event) {
  case AL_JSON_NUMBER:
    return "a number";
  case AL_JSON_STRING:
    return "a string";
  case AL_JSON_OBJECT_START:
    return "an object";
  case AL_JSON_ARRAY_START:
    return "an array";
  case AL_JSON_NULL:
    return "null";
  default:
    return "true or false";
  }
}

/* Fields that are not JSON are strings, or null, which means missing. */
static al_status field_value (al_json_reader *reader, al_json_event event,
                              al_text text, al_error *err) {
  al_field field = (al_field)reader->field;
  if (event == AL_JSON_NULL)
    return AL_OK;
  if (event != AL_JSON_STRING)
    return al_fail(err, AL_SYNTAX, "%s: expected a string, found %s",
                   al_field_api_name(field), kind_of(event));
  if (field == AL_ID || field == AL_OPERATION_DATE ||
      field == AL_OPERATION_TYPE || field == AL_RESOURCE_TYPE)
    reader->is_record = 1;
  if (al_draft_set(&reader->draft, field, text, err) == AL_OK)
    return AL_OK;
  return err->status == AL_SYNTAX
             ? al_fail_at(err, "%s", al_field_api_name(field))
             : err->status;
}

/* customizedData goes straight into the draft as compact JSON. */
static al_status customized_event (al_json_reader *reader, al_json_event event,
                                   al_text text, al_error *err) {
  int depth = al_json_depth(reader->json);
  if (al_json_write(&reader->writer, event, text, err) != AL_OK)
    return err->status;
  if (reader->capture_depth == 0) {
    reader->capture_depth = depth + 1;
  } else if ((event == AL_JSON_OBJECT_END || event == AL_JSON_ARRAY_END) &&
             depth < reader->capture_depth) {
    reader->capture_depth = 0;
    al_draft_field_close(&reader->draft, AL_CUSTOMIZED_DATA);
  }
  return AL_OK;
}

static al_status customized_start (al_json_reader *reader, al_json_event event,
                                   al_error *err) {
  if (event == AL_JSON_NULL)
    return AL_OK;
  if (event != AL_JSON_ARRAY_START)
    return al_fail(err, AL_SYNTAX,
                   "customizedData: expected an array, found %s",
                   kind_of(event));
  al_draft_field_open(&reader->draft, AL_CUSTOMIZED_DATA);
  reader->writer.out = &reader->draft.text;
  reader->writer.after_value = 0;
  return customized_event(reader, event, AL_TEXT_MISSING, err);
}

static al_status member_value_event (al_json_reader *reader,
                                     al_json_event event, al_text text,
                                     al_error *err) {
  if (reader->is_items && event == AL_JSON_ARRAY_START) {
    reader->is_page = reader->in_items = 1;
    reader->in_object = 0;
    return AL_OK;
  }
  if (reader->is_items && event == AL_JSON_NULL) {
    reader->is_page = 1; /* with nothing on it */
    return AL_OK;
  }
  if (reader->field == AL_CUSTOMIZED_DATA)
    return customized_start(reader, event, err);
  if (reader->field == AL_NFIELDS)
    return al_members_event(&reader->draft.members, event, text, err);
  return field_value(reader, event, text, err);
}

static al_status member_key_event (al_json_reader *reader, al_text key,
                                   al_error *err) {
  reader->field = al_field_find_api(key);
  reader->is_items = !reader->in_items && !reader->is_page &&
                     !reader->is_record && al_text_equal(key, AL_TEXT("items"));
  return reader->field == AL_NFIELDS
             ? al_members_key(&reader->draft.members, key, err)
             : AL_OK;
}

/* ---- events ---- */

/* An event outside of pages and records. */
static al_status outside (al_json_reader *reader, al_json_event event,
                          al_error *err) {
  if (event == AL_JSON_OBJECT_START) {
    object_begin(reader);
    return AL_OK;
  }
  if (event == AL_JSON_ARRAY_END) {
    if (reader->in_items) /* back in the page, whose frame goes on */
      reader->in_object = 1;
    else
      reader->in_list = 0;
    reader->in_items = reader->is_record = 0;
    return AL_OK;
  }
  if (event == AL_JSON_ARRAY_START && !reader->in_items && !reader->in_list) {
    reader->in_list = 1;
    return AL_OK;
  }
  return al_fail(err, AL_SYNTAX, "expected an audit record, found %s",
                 kind_of(event));
}

static al_status on_event (void *context, al_json_event event, al_text text,
                           al_error *err) {
  al_json_reader *reader = context;
  if (reader->capture_depth > 0)
    return customized_event(reader, event, text, err);
  if (reader->in_object && reader->draft.members.depth > 0)
    return al_members_event(&reader->draft.members, event, text, err);
  if (!reader->in_object)
    return outside(reader, event, err);
  if (event == AL_JSON_KEY)
    return member_key_event(reader, text, err);
  if (event == AL_JSON_OBJECT_END)
    return object_end(reader, err);
  return member_value_event(reader, event, text, err);
}

/* ---- the reader ---- */

al_status al_json_reader_open (al_json_reader **out, al_record_handler handler,
                               void *context, al_error *err) {
  al_json_reader *reader = calloc(1, sizeof *reader);
  *out = NULL;
  if (reader == NULL)
    return al_fail_nomem(err);
  reader->handler = handler;
  reader->context = context;
  al_draft_init(&reader->draft);
  if (al_json_open(&reader->json, on_event, reader, err) != AL_OK) {
    al_json_reader_close(reader);
    return err->status;
  }
  *out = reader;
  return AL_OK;
}

void al_json_reader_close (al_json_reader *reader) {
  if (reader == NULL)
    return;
  al_json_close(reader->json);
  al_draft_close(&reader->draft);
  free(reader);
}

/* Say where the input is wrong, and in which record. */
static al_status locate (al_json_reader *reader, al_error *err) {
  al_position at = al_json_place(reader->json);
  if (err->status != AL_SYNTAX && err->status != AL_API &&
      err->status != AL_LIMIT)
    return err->status;
  if (err->status != AL_API && (reader->is_record || reader->in_items))
    al_fail_at(err, "record %lld", (long long)reader->records + 1);
  return al_fail_at(err, "line %lld, byte %lld", (long long)at.line,
                    (long long)at.byte);
}

al_status al_json_reader_feed (al_json_reader *reader, const char *chunk,
                               size_t len, al_error *err) {
  if (al_json_feed(reader->json, chunk, len, err) != AL_OK)
    return locate(reader, err);
  return AL_OK;
}

al_status al_json_reader_finish (al_json_reader *reader, al_error *err) {
  if (al_json_finish(reader->json, err) != AL_OK)
    return locate(reader, err);
  return AL_OK;
}
