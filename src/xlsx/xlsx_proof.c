/*
** xlsx_proof.c - whether a workbook's file is whole.
*/
#include "xlsx_proof.h"

#include <minizip/unzip.h>
#include <stdio.h>
#include <string.h>

static const char BEFORE[] = "<sheetData>", BEHIND[] = "</sheetData>";

/* A part as it is read. Rows hold no bare '<' but those of their own tags: so
** nothing in them looks like either tag above. */
typedef struct {
  int is_sheet;
  uint64_t bytes;    /* still to come */
  int64_t row_bytes; /* still to come; counted down behind BEFORE */
  size_t before;     /* bytes of BEFORE that were met */
  size_t behind;     /* likewise; less than all of them at the end: broken */
  char last;         /* that is no line feed */
} part;

static void read_sheet (part *p, const char *data, size_t len) {
  size_t i = 0;
  while (i < len) {
    if (BEFORE[p->before] != '\0') {
      p->before = data[i] == BEFORE[p->before] ? p->before + 1 : data[i] == '<';
      i++;
    } else if (p->row_bytes > 0) {
      size_t n = len - i;
      if ((int64_t)n > p->row_bytes)
        n = (size_t)p->row_bytes;
      p->row_bytes -= (int64_t)n;
      i += n;
    } else if (BEHIND[p->behind] != '\0' && data[i] == BEHIND[p->behind]) {
      p->behind++;
      i++;
    } else {
      return;
    }
  }
}

static int is_whole (const part *p) {
  return p->bytes == 0 && p->last == '>' &&
         (!p->is_sheet || BEHIND[p->behind] == '\0');
}

/* Read the current part of the archive to its end. Its check sum is compared
** when it is closed, if all of its bytes came: damage may look like an end. */
static int read_part (unzFile zip, part *p) {
  char chunk[16 * 1024]; /* the stack of a host's thread may be small */
  int n;
  if (unzOpenCurrentFile(zip) != UNZ_OK)
    return 0;
  while ((n = unzReadCurrentFile(zip, chunk, sizeof chunk)) > 0) {
    if (p->is_sheet)
      read_sheet(p, chunk, (size_t)n);
    p->bytes -= (uint64_t)n;
    if (n > 1 || chunk[0] != '\n')
      p->last = chunk[n - 1] != '\n' ? chunk[n - 1] : chunk[n - 2];
  }
  return unzCloseCurrentFile(zip) == UNZ_OK && n == 0 && is_whole(p);
}

/* The same for the part that is next; counts the sheets. */
static int check_part (unzFile zip, const int64_t *row_bytes, int n,
                       int *sheets) {
  char name[64], sheet[64];
  unz_file_info64 info;
  part p = {0};
  if (unzGetCurrentFileInfo64(zip, &info, name, sizeof name, NULL, 0, NULL,
                              0) != UNZ_OK)
    return 0;
  p.bytes = info.uncompressed_size;
  snprintf(sheet, sizeof sheet, "xl/worksheets/sheet%d.xml", *sheets + 1);
  p.is_sheet = strcmp(name, sheet) == 0;
  if (p.is_sheet) {
    if (*sheets == n)
      return 0;
    p.row_bytes = row_bytes[(*sheets)++];
  }
  return read_part(zip, &p);
}

/* Whether the archive's last record is whole, which the reader does not mind. */
static int has_end (const char *path) {
  char end[22];
  FILE *file = fopen(path, "rbe");
  int found = file != NULL && fseek(file, -(long)sizeof end, SEEK_END) == 0 &&
              fread(end, 1, sizeof end, file) == sizeof end &&
              memcmp(end, "PK\5\6", 4) == 0;
  if (file != NULL)
    fclose(file);
  return found;
}

al_status xlsx_proof (const char *path, const int64_t *row_bytes, int n,
                      al_error *err) {
  unzFile zip = unzOpen64(path);
  int sheets = 0, step = zip != NULL ? unzGoToFirstFile(zip) : UNZ_ERRNO;
  while (step == UNZ_OK && check_part(zip, row_bytes, n, &sheets))
    step = unzGoToNextFile(zip);
  if (zip != NULL)
    unzClose(zip);
  return step == UNZ_END_OF_LIST_OF_FILE && sheets == n && has_end(path)
             ? AL_OK
             : al_fail(err, AL_IO,
                       "the workbook's temporary files lost a part of it");
}
