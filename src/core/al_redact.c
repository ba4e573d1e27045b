/*
** al_redact.c - what a report does not show: secrets, and what rules name.
**
** Most values hold nothing to mask, and parsing them all would cost more than
** the rest of an import. So a quick look goes first: a value without any of the
** words or names, and without an escape that could hide a letter, is not
** parsed.
*/
#include "al_redact.h"

#include "al_mask.h"
#include "al_secret.h"

/* The fields that may hold JSON. */
static const al_field VALUES[] = {AL_RESOURCE_OLD_VALUE, AL_RESOURCE_NEW_VALUE,
                                  AL_CUSTOMIZED_DATA, AL_OTHER};
#define NVALUES (sizeof VALUES / sizeof VALUES[0])

/* The fields that may hold JSON, as they are masked: pieces of one buffer,
** which may move until it is whole. */
typedef struct {
  size_t start[NVALUES], end[NVALUES];
  int masked[NVALUES];
} pieces;

/* The masked values take the places of the record's own. */
static int put_pieces (al_record *out, const pieces *p, const al_buffer *text) {
  size_t i;
  int any = 0;
  for (i = 0; i < NVALUES; i++)
    if (p->masked[i]) {
      out->field[VALUES[i]] =
          al_text_from(text->data + p->start[i], p->end[i] - p->start[i]);
      any = 1;
    }
  return any;
}

static al_status mask_piece (pieces *p, size_t i, al_text value,
                             const al_mask_scope *within, al_buffer *text,
                             al_error *err) {
  p->start[i] = text->len;
  if (al_mask_append(text, value, within, &p->masked[i], err) != AL_OK)
    return err->status;
  if (!p->masked[i])
    text->len = p->start[i];
  p->end[i] = text->len;
  return AL_OK;
}

al_status al_redact_record (al_record *out, const al_record *record,
                            al_buffer *text, al_error *err) {
  static const al_mask_scope no_rules = {NULL, NULL, 0, 0, 0};
  pieces p = {{0}, {0}, {0}};
  size_t i;
  al_buffer_clear(text);
  *out = *record;
  for (i = 0; i < NVALUES; i++) {
    al_text value = record->field[VALUES[i]];
    if (al_secret_suspect(value) &&
        mask_piece(&p, i, value, &no_rules, text, err) != AL_OK)
      return err->status;
  }
  put_pieces(out, &p, text);
  return AL_OK;
}

/* A field that may hold JSON, by the rules. */
static al_status mask_value_field (pieces *p, size_t i, const al_record *record,
                                   const al_rules *rules, al_buffer *text,
                                   al_error *err) {
  al_text value = record->field[VALUES[i]];
  const char *name = al_field_name(VALUES[i]);
  uint64_t path[AL_RULES_WORDS_MAX] = {0};
  al_mask_scope within = {rules, path, VALUES[i] == AL_CUSTOMIZED_DATA,
                          al_rules_field(rules, VALUES[i]), 0};
  al_rules_step(rules, path, al_text_from(name, strlen(name)), path);
  if (within.whole || (record->secret && al_secret_suspect(value)) ||
      al_rules_may_match(rules, path, value))
    return mask_piece(p, i, value, &within, text, err);
  return AL_OK;
}

/* Whether the mask takes the place of the whole field. */
static int is_masked_field (const al_rules *rules, const al_record *record,
                            al_field field) {
  return al_rules_field(rules, field) && !al_field_is_json(field) &&
         record->field[field].data != NULL;
}

al_status al_redact_by_rules (al_record *out, const al_record *record,
                              const al_rules *rules, al_buffer *text,
                              int *masked, al_error *err) {
  pieces p = {{0}, {0}, {0}};
  int field;
  size_t i;
  al_buffer_clear(text);
  *out = *record;
  *masked = 0;
  for (i = 0; i < NVALUES; i++)
    if (record->field[VALUES[i]].data != NULL &&
        !is_masked_field(rules, record, VALUES[i]) &&
        mask_value_field(&p, i, record, rules, text, err) != AL_OK)
      return err->status;
  for (field = 0; field < AL_NFIELDS; field++)
    if (is_masked_field(rules, record, (al_field)field)) {
      out->field[field] = AL_TEXT(AL_MASK);
      *masked = 1;
    }
  *masked |= put_pieces(out, &p, text);
  return AL_OK;
}

al_status al_redact_find (const al_record *record, int *found, al_error *err) {
  al_record masked;
  al_buffer text;
  al_status status = AL_OK;
  size_t i;
  *found = 0;
  for (i = 0; i < NVALUES && !*found; i++)
    *found = al_secret_suspect(record->field[VALUES[i]]);
  if (!*found)
    return AL_OK;
  al_buffer_init(&text);
  status = al_redact_record(&masked, record, &text, err);
  for (i = 0, *found = 0; status == AL_OK && i < NVALUES; i++)
    *found |= masked.field[VALUES[i]].data != record->field[VALUES[i]].data;
  al_buffer_close(&text);
  return status;
}
