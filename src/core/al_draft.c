/*
** al_draft.c - a record in the making.
*/
#include "al_draft.h"

#include "al_time.h"

void al_draft_init (al_draft *draft) {
  memset(draft, 0, sizeof *draft);
}

void al_draft_close (al_draft *draft) {
  al_buffer_close(&draft->text);
  al_members_close(&draft->members);
  al_json_close(draft->parser);
  al_draft_init(draft);
}

void al_draft_clear (al_draft *draft) {
  al_buffer_clear(&draft->text);
  al_members_clear(&draft->members);
  memset(draft->field, 0, sizeof draft->field);
}

static al_status append_instant (al_buffer *out, al_text value, al_error *err) {
  char fixed[AL_TIME_LEN + 1];
  al_time time;
  if (al_time_parse(&time, value, err) != AL_OK)
    return err->status;
  al_time_write(fixed, time);
  return al_buffer_append(out, fixed, AL_TIME_LEN, err);
}

/* Customized data is a list of pairs. */
static al_status append_customized (al_draft *draft, al_text value,
                                    al_error *err) {
  al_buffer *out = &draft->text;
  size_t start = out->len;
  if (al_json_compact_next(&draft->parser, out, value, err) != AL_OK)
    return err->status;
  if (out->data[start] != '[')
    return al_fail(err, AL_SYNTAX, "expected a JSON array");
  return AL_OK;
}

static al_status append_other (al_draft *draft, al_text value, al_error *err) {
  if (al_members_parse(&draft->members, &draft->parser, value, err) != AL_OK)
    return err->status;
  if (draft->members.n == 0) /* as if it were not there */
    return AL_OK;
  return al_members_write(&draft->members, &draft->text, err);
}

void al_draft_field_open (al_draft *draft, al_field field) {
  draft->field[field].start = draft->text.len;
}

void al_draft_field_close (al_draft *draft, al_field field) {
  al_span *span = &draft->field[field];
  span->len = draft->text.len - span->start;
  span->present = 1;
}

al_status al_draft_set (al_draft *draft, al_field field, al_text value,
                        al_error *err) {
  al_status status;
  if (value.data == NULL)
    return AL_OK;
  al_draft_field_open(draft, field);
  if (field == AL_OPERATION_DATE)
    status = append_instant(&draft->text, value, err);
  else if (field == AL_CUSTOMIZED_DATA)
    status = append_customized(draft, value, err);
  else if (field == AL_OTHER)
    status = append_other(draft, value, err);
  else
    status = al_buffer_append(&draft->text, value.data, value.len, err);
  if (status == AL_OK &&
      (field != AL_OTHER || draft->text.len > draft->field[field].start))
    al_draft_field_close(draft, field);
  return status;
}

al_status al_draft_record (al_draft *draft, const al_record **out,
                           al_error *err) {
  al_text text = al_buffer_text(&draft->text);
  int i;
  for (i = 0; i < AL_NFIELDS; i++) {
    al_span span = draft->field[i];
    draft->record.field[i] =
        span.present ? al_text_from(text.data + span.start, span.len)
                     : AL_TEXT_MISSING;
  }
  draft->record.sequence = 0;
  draft->record.secret = 0;
  *out = &draft->record;
  return al_record_check(&draft->record, err);
}
