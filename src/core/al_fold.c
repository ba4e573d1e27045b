/*
** al_fold.c - case folding through utf8proc, without its allocations.
**
** Marks are brought into order here: utf8proc swaps neighbours, and a name of
** ten thousands of marks would hold up an import for minutes.
*/
#include "al_fold.h"

#include <utf8proc.h>

#define NFKC_CASEFOLD                                                          \
  (UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD |  \
   UTF8PROC_IGNORE)

/* Marks on one letter up to which swapping neighbours is quickest. */
#define FEW_MARKS 16

#define NCLASSES 256

typedef utf8proc_int32_t code_point;

/* Append ASCII in lower case; returns how many bytes were ASCII. Room for all
** of 'text' is there. */
static size_t fold_ascii (al_buffer *out, al_text text) {
  size_t i;
  for (i = 0; i < text.len && (unsigned char)text.data[i] < 0x80; i++)
    out->data[out->len++] = al_lower(text.data[i]);
  return i;
}

/* Decompose into at most 'room' code points, marks as they come. Returns how
** many there are, or less than 0 when the text is not valid. */
static utf8proc_ssize_t decompose (al_text text, code_point *codes,
                                   size_t room) {
  size_t i = 0, n = 0;
  int unused = 0;
  while (i < text.len) {
    code_point code;
    utf8proc_ssize_t made,
        used = utf8proc_iterate((const utf8proc_uint8_t *)text.data + i,
                                (utf8proc_ssize_t)(text.len - i), &code);
    if (used < 0)
      return used;
    made = utf8proc_decompose_char(code, n < room ? codes + n : NULL,
                                   (utf8proc_ssize_t)(n < room ? room - n : 0),
                                   NFKC_CASEFOLD, &unused);
    if (made < 0)
      return made;
    i += (size_t)used;
    n += (size_t)made;
  }
  return (utf8proc_ssize_t)n;
}

/* ---- the order of marks ---- */

static int class_of (code_point code) {
  return utf8proc_get_property(code)->combining_class;
}

/* How many marks stand one behind the other. */
static size_t count_marks (const code_point *codes, size_t n) {
  size_t i = 0;
  while (i < n && class_of(codes[i]) != 0)
    i++;
  return i;
}

static size_t most_marks (const code_point *codes, size_t n) {
  size_t i, most = 0;
  for (i = 0; i < n; i++) {
    size_t marks = count_marks(codes + i, n - i);
    most = marks > most ? marks : most;
    i += marks;
  }
  return most;
}

static void order_few (code_point *marks, size_t n) {
  size_t i, k;
  for (i = 1; i < n; i++) {
    code_point mark = marks[i];
    for (k = i; k > 0 && class_of(marks[k - 1]) > class_of(mark); k--)
      marks[k] = marks[k - 1];
    marks[k] = mark;
  }
}

/* The same by counting, in time that grows with 'n'; 'room' is for as many. */
static void order_many (code_point *marks, size_t n, code_point *room) {
  size_t next[NCLASSES + 1] = {0}, i;
  for (i = 0; i < n; i++)
    next[class_of(marks[i]) + 1]++;
  for (i = 1; i <= NCLASSES; i++)
    next[i] += next[i - 1];
  for (i = 0; i < n; i++)
    room[next[class_of(marks[i])]++] = marks[i];
  memcpy(marks, room, n * sizeof *marks);
}

/* The canonical order: marks of one letter by their classes, those of one
** class as they came. */
static void order_marks (code_point *codes, size_t n, code_point *room) {
  size_t i, marks;
  for (i = 0; i < n; i += marks + 1) {
    marks = count_marks(codes + i, n - i);
    if (marks > FEW_MARKS)
      order_many(codes + i, marks, room);
    else
      order_few(codes + i, marks);
  }
}

/* ---- folding ---- */

/* Make room for code points behind the buffer's bytes, one more for the NUL
** that reencoding ends in and one to begin where a code point may lie. Returns
** where, or NULL. */
static code_point *reserve_codes (al_buffer *out, size_t n, al_error *err) {
  const size_t size = sizeof(code_point);
  if (al_buffer_reserve(out, (n + 2) * size, err) != AL_OK)
    return NULL;
  return (code_point *)(void *)(out->data +
                                (out->len + size - 1) / size * size);
}

static al_status fail_fold (utf8proc_ssize_t reason, al_error *err) {
  return al_fail(err, AL_SYNTAX, "%s", utf8proc_errmsg(reason));
}

static al_status fold_any (al_buffer *out, al_text text, al_error *err) {
  utf8proc_ssize_t n = decompose(text, NULL, 0);
  code_point *codes;
  size_t most;
  if (n < 0)
    return fail_fold(n, err);
  codes = reserve_codes(out, (size_t)n, err);
  if (codes == NULL)
    return err->status;
  decompose(text, codes, (size_t)n);
  most = most_marks(codes, (size_t)n);
  if (most > FEW_MARKS) {
    codes = reserve_codes(out, (size_t)n + most, err); /* moves them along */
    if (codes == NULL)
      return err->status;
  }
  order_marks(codes, (size_t)n, codes + n);
  n = utf8proc_reencode(codes, n, NFKC_CASEFOLD);
  if (n < 0)
    return fail_fold(n, err);
  memmove(out->data + out->len, codes, (size_t)n);
  out->len += (size_t)n;
  return AL_OK;
}

al_status al_fold (al_buffer *out, al_text text, al_error *err) {
  size_t start = out->len;
  if (al_buffer_reserve(out, text.len, err) != AL_OK)
    return err->status;
  if (fold_ascii(out, text) == text.len)
    return AL_OK;
  out->len = start; /* marks may combine across the end of the ASCII */
  return fold_any(out, text, err);
}
