/*
** help.h - what several C tests need: fixtures, a temporary folder, records.
*/
#ifndef HELP_H
#define HELP_H

#include "al_buffer.h"
#include "al_record.h"
#include "al_store.h"

/* A text of a string that ends in NUL; missing for NULL. */
al_text help_text (const char *string);

/* A number below 'n', the same ones in each run. */
uint32_t help_random (uint32_t n);

/* A buffer's bytes as a string, good until the buffer changes. */
const char *help_string (al_buffer *buffer);

/* Append in printf's manner. Memory that runs out ends the test, here and
** below. */
void help_printf (al_buffer *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Make 'out' the bytes of a file. Returns 0 when it cannot be read. */
int help_read (al_buffer *out, const char *path);
/* Write a file; one that is there is replaced. */
void help_write (const char *path, const char *text);

/* Call 'visit' for each file below spec/fixtures/<folder> whose name ends in
** one of the suffixes, in the order of the names. Returns how many. */
int help_each_fixture (const char *folder, const char *const *suffixes,
                       void (*visit)(const char *name, al_text content));

/* Change to a new temporary folder in 'parent', and remove it with all that is
** in it. */
void help_folder_enter (const char *parent);
void help_folder_leave (void);

/* A record with these fields and no others; NULL leaves one out. The strings
** are kept, not copied. */
al_record help_record (const char *id, const char *operation_date,
                       const char *operation_status);

/* Open a log, ending the test when that fails. */
al_store *help_open (const char *path);

/* A query for everything, newest first, unmasked. */
al_query help_query (void);

#endif
