/*
** al_excel.c - what a cell needs so that Excel shows it and does not run it.
*/
#include "al_excel.h"

#include "al_utf8.h"

/* Code units of AL_EXCEL_CUT_MARK. */
#define MARK_UNITS 6

/* U+FF1D, U+FF0B, U+FF0D and U+FF20: full-width = + - @. */
static int is_full_width_sign (const char *text) {
  return memcmp(text, "\xEF\xBC\x9D", 3) == 0 ||
         memcmp(text, "\xEF\xBC\x8B", 3) == 0 ||
         memcmp(text, "\xEF\xBC\x8D", 3) == 0 ||
         memcmp(text, "\xEF\xBC\xA0", 3) == 0;
}

/* LibreOffice drops NUL, and what comes behind begins the cell. */
static int may_run (al_text text) {
  while (text.len > 0 && text.data[0] == '\0')
    text = al_text_from(text.data + 1, text.len - 1);
  if (text.len == 0)
    return 0;
  switch (text.data[0]) {
  case '=':
  case '+':
  case '-':
  case '@':
  case '\t':
  case '\r':
  case '\n':
    return 1;
  default:
    return text.len >= 3 && is_full_width_sign(text.data);
  }
}

al_status al_excel_cell (al_excel *excel, al_text text, al_buffer *scratch,
                         al_text *out, al_error *err) {
  int runs = excel->defuse && may_run(text);
  size_t room = excel->max_cell, fits = text.len;
  *out = text;
  if (room > 0)
    fits = al_utf8_fit_utf16(text.data, text.len, room - (runs ? 1 : 0));
  if (!runs && fits == text.len)
    return AL_OK;
  al_buffer_clear(scratch);
  if (runs && al_buffer_append_char(scratch, '\'', err) != AL_OK)
    return err->status;
  excel->defused += runs;
  if (fits == text.len) {
    if (al_buffer_append(scratch, text.data, text.len, err) != AL_OK)
      return err->status;
  } else {
    size_t kept =
        room > MARK_UNITS + 1 ? room - MARK_UNITS - (runs ? 1 : 0) : 0;
    fits = al_utf8_fit_utf16(text.data, text.len, kept);
    excel->cut++;
    if (al_buffer_append(scratch, text.data, fits, err) != AL_OK ||
        al_buffer_append(scratch, AL_EXCEL_CUT_MARK,
                         sizeof AL_EXCEL_CUT_MARK - 1, err) != AL_OK)
      return err->status;
  }
  *out = al_buffer_text(scratch);
  return AL_OK;
}
