/*
** help.c - what several C tests need: fixtures, a temporary folder, records.
*/
#include "help.h"

#include <dirent.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Nothing can be tested where this fails. */
static void need (int condition, const char *what) {
  if (!condition) {
    perror(what);
    abort();
  }
}

/* ---- text ---- */

al_text help_text (const char *string) {
  return string != NULL ? al_text_from(string, strlen(string))
                        : AL_TEXT_MISSING;
}

/* Knuth's generator of MMIX, whose high bits are good. */
uint32_t help_random (uint32_t n) {
  static uint64_t state = 1;
  state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
  return (uint32_t)((state >> 33) % n);
}

const char *help_string (al_buffer *buffer) {
  al_error err;
  need(al_buffer_append_char(buffer, '\0', &err) == AL_OK, "memory");
  buffer->len--;
  return buffer->data;
}

void help_printf (al_buffer *out, const char *format, ...) {
  char text[4096];
  al_error err;
  va_list args;
  int n;
  va_start(args, format);
  n = vsnprintf(text, sizeof text, format, args);
  va_end(args);
  need(n >= 0 && (size_t)n < sizeof text, format);
  need(al_buffer_append(out, text, (size_t)n, &err) == AL_OK, "memory");
}

/* ---- files ---- */

int help_read (al_buffer *out, const char *path) {
  char chunk[65536];
  al_error err;
  size_t n;
  FILE *file = fopen(path, "rb");
  al_buffer_clear(out);
  if (file == NULL)
    return 0;
  while ((n = fread(chunk, 1, sizeof chunk, file)) > 0)
    need(al_buffer_append(out, chunk, n, &err) == AL_OK, "memory");
  need(!ferror(file), path);
  fclose(file);
  return 1;
}

void help_write (const char *path, const char *text) {
  FILE *file = fopen(path, "wb");
  need(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0, path);
}

static int ends_in (const char *name, const char *suffix) {
  size_t len = strlen(name), tail = strlen(suffix);
  return len >= tail && strcmp(name + len - tail, suffix) == 0;
}

static int has_suffix (const char *name, const char *const *suffixes) {
  for (; *suffixes != NULL; suffixes++)
    if (ends_in(name, *suffixes))
      return 1;
  return 0;
}

static int is_visible (const struct dirent *entry) {
  return entry->d_name[0] != '.';
}

int help_each_fixture (const char *folder, const char *const *suffixes,
                       void (*visit)(const char *name, al_text content)) {
  char path[4096];
  struct dirent **entries;
  int i, n, visited = 0;
  snprintf(path, sizeof path, "%s/%s", FIXTURES, folder);
  n = scandir(path, &entries, is_visible, alphasort);
  need(n >= 0, path);
  for (i = 0; i < n; i++) {
    char below[2048];
    al_buffer content = {0};
    snprintf(below, sizeof below, "%s/%s", folder, entries[i]->d_name);
    snprintf(path, sizeof path, "%s/%s", FIXTURES, below);
    if (entries[i]->d_type == DT_DIR) {
      visited += help_each_fixture(below, suffixes, visit);
    } else if (has_suffix(below, suffixes)) {
      need(help_read(&content, path), path);
      visit(entries[i]->d_name, al_buffer_text(&content));
      visited++;
    }
    al_buffer_close(&content);
    free(entries[i]);
  }
  free(entries);
  return visited;
}

/* ---- the temporary folder ---- */

static char folder[256];

void help_folder_enter (const char *parent) {
  snprintf(folder, sizeof folder, "%s/activitylog-XXXXXX", parent);
  need(mkdtemp(folder) != NULL && chdir(folder) == 0, folder);
}

static int remove_one (const char *path, const struct stat *file, int type,
                       struct FTW *at) {
  (void)file, (void)type, (void)at;
  return remove(path);
}

void help_folder_leave (void) {
  need(chdir("/") == 0, "/");
  need(nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS) == 0, folder);
}

/* ---- records and logs ---- */

al_record help_record (const char *id, const char *operation_date,
                       const char *operation_status) {
  al_record record;
  memset(&record, 0, sizeof record);
  record.field[AL_ID] = help_text(id);
  record.field[AL_OPERATION_DATE] = help_text(operation_date);
  record.field[AL_OPERATION_STATUS] = help_text(operation_status);
  return record;
}

al_store *help_open (const char *path) {
  const al_store_options options = {.timeout_ms = AL_STORE_TIMEOUT_MS};
  al_store *store;
  al_error err;
  if (al_store_open(&store, path, &options, &err) != AL_OK)
    fprintf(stderr, "%s\n", err.message);
  need(store != NULL, path);
  return store;
}

al_query help_query (void) {
  al_query query;
  memset(&query, 0, sizeof query);
  query.period = AL_PERIOD_ALL;
  query.fields = AL_FIELDS_ALL;
  query.unmasked = 1;
  return query;
}
