/*
** bind_report.h - what the reports of the binding share: where they go, the
** options of a sheet, and what came of them.
*/
#ifndef BIND_REPORT_H
#define BIND_REPORT_H

#include "al_book.h"
#include "al_label.h"
#include "al_sheet.h"
#include "bind.h"

typedef enum { BIND_TO_PATH, BIND_TO_STREAM, BIND_TO_TEXT } bind_destination;

/* How a method of a store (argument 1) makes a report for what is argument 2:
** a path, a file of Lua's io library, or nothing, for a string. */
typedef struct {
  /* Make the report. */
  al_status (*make)(void *context, const al_target *target, al_error *err);
  /* Push a table of what came of it, "bytes" and "files" among it
  ** (bind_set_integer, bind_set_files). */
  void (*push)(lua_State *L, const void *context, const char *path);
  void *context;
  const bind_function *function; /* that it calls; NULL: none */
} bind_report;

/* Check the destination, make the report and push what the method returns: the
** string, when it goes to one, and the table; or a failure. Arguments behind
** the second are the caller's to check beforehand, and its 'context' holds no
** memory that an error would lose. Returns the number of values. */
int bind_make_report (lua_State *L, bind_destination to,
                      const bind_report *report);

/* The number of the table at 'index', 0 where it has none; it is not less. */
lua_Integer bind_get_integer (lua_State *L, int index, const char *name);

/* Read newline, separator, bom, defuse, max_cell and max_rows of the table at
** 'index'. Texts are anchored in the table at 'anchor'. */
void bind_read_sheet (lua_State *L, int index, int anchor,
                      al_sheet_options *out);

/* The library that writes workbooks is the userdata that activitylog.xlsx
** returns: a pointer to it. */
#define BIND_BOOK_LIBRARY "activitylog.book_library"

/* Read library (that of activitylog.xlsx, nil where there is none), load_error,
** sheet, max_cell and max_rows of the table at 'index'; anchored likewise. */
void bind_read_book (lua_State *L, int index, int anchor, al_book_options *out);

/* Read the list at the top of the stack: wire values and their labels by turns,
** in any order. Texts and labels are anchored in the table at 'anchor'. */
void bind_read_labels (lua_State *L, int anchor, al_labels *out);

/* Set a field of the table at the top of the stack. */
void bind_set_integer (lua_State *L, const char *name, int64_t value);

/* Set "files" of the table at the top of the stack: the paths of so many
** parts. 'path' is that of the first; NULL when there is none. */
void bind_set_files (lua_State *L, const char *path, int64_t files);

#endif
