/*
** csv_dump.c - a reader of CSV for the specs: libcsv in its strict mode,
** without anything of activitylog.
**
**   csv_dump FILE SEPARATOR
**
** Each row is a line with a JSON array of its cells, to the byte as
** spec/independent/csv_cells.py writes it, so that two readers compare. A byte
** order mark is no part of the first cell.
*/
#include <csv.h>
#include <stdio.h>
#include <string.h>

static int cells; /* of the row so far */

static void print_char (unsigned char c) {
  static const char NAMED[] = "\"\\\b\f\n\r\t", NAMES[] = "\"\\bfnrt";
  const char *named = c != '\0' ? strchr(NAMED, c) : NULL;
  if (named != NULL)
    printf("\\%c", NAMES[named - NAMED]);
  else if (c < 0x20)
    printf("\\u%04x", c);
  else
    putchar(c);
}

static void print_cell (void *text, size_t len, void *context) {
  const unsigned char *bytes = text;
  size_t i;
  (void)context;
  putchar(cells++ > 0 ? ',' : '[');
  putchar('"');
  for (i = 0; i < len; i++)
    print_char(bytes[i]);
  putchar('"');
}

static void print_row (int end, void *context) {
  (void)end;
  (void)context;
  puts("]");
  cells = 0;
}

/* libcsv trims what this calls a space. */
static int no_space (unsigned char c) {
  (void)c;
  return 0;
}

static void skip_mark (FILE *file) {
  char mark[3];
  if (fread(mark, 1, 3, file) != 3 || memcmp(mark, "\xEF\xBB\xBF", 3) != 0)
    rewind(file);
}

static int dump (FILE *file, struct csv_parser *parser) {
  char chunk[65536];
  size_t n;
  skip_mark(file);
  while ((n = fread(chunk, 1, sizeof chunk, file)) > 0)
    if (csv_parse(parser, chunk, n, print_cell, print_row, NULL) != n)
      return 1;
  return ferror(file) || csv_fini(parser, print_cell, print_row, NULL) != 0;
}

int main (int argc, char **argv) {
  struct csv_parser parser;
  FILE *file = argc == 3 ? fopen(argv[1], "rb") : NULL;
  int failed;
  if (file == NULL) {
    fprintf(stderr, "usage: csv_dump FILE SEPARATOR\n");
    return 2;
  }
  csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI);
  csv_set_delim(&parser, (unsigned char)argv[2][0]);
  csv_set_space_func(&parser, no_space);
  csv_set_blk_size(&parser, 65536); /* its 128 make a long cell slow */
  failed = dump(file, &parser);
  if (failed)
    fprintf(stderr, "csv_dump: %s\n", csv_strerror(csv_error(&parser)));
  csv_free(&parser);
  fclose(file);
  return failed;
}
