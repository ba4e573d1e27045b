/*
** al_output.h - where a report goes: a file in parts, a stream, or a buffer.
**
** A report is made by a function that appends to an output's pending bytes and
** says when a row is whole. It knows no file; the output knows no report but
** for how one of several parts is told.
*/
#ifndef AL_OUTPUT_H
#define AL_OUTPUT_H

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>

#include "al_buffer.h"
#include "al_slice.h"
#include "al_store.h"
#include "al_thread.h"

typedef struct al_turns al_turns;

/* A second thread that is at work on a report. */
typedef struct {
  al_turns *turns; /* NULL: there is none */
  pthread_t thread;
  pid_t process; /* that has the thread; one forked from it has not */
} al_twin;

/* Wait for the thread to leave the report, of which no more is made. For who
** will not return out of a callback, and frees what the thread reads. */
void al_twin_end (al_twin *twin);

/* Exactly one of path, stream and buffer is set. */
typedef struct {
  al_store *store;   /* the log, which is no place for its own reports */
  const char *path;  /* of a file, which appears whole or not at all */
  FILE *stream;      /* is flushed and not closed */
  al_buffer *buffer; /* is appended to */
  al_twin *twin;     /* says if a second thread is at work; NULL: no need to */
} al_target;

/* Whether two threads may write to the target by turns. Where a stream is a pipe
** that nobody reads any more, a write is a signal, which is the caller's. */
int al_target_may_share (const al_target *target);

/* A report on its way. */
typedef struct {
  al_buffer pending; /* append here */
  int64_t bytes;     /* written, without the pending ones */
  al_turns *turns;   /* of two outputs that share the target; else NULL */
  al_twin *twin;     /* the target's */
  al_slice slice;    /* whose rows are pending */
  /* The target's own: */
  al_status (*write)(void *context, const char *data, size_t len,
                     al_error *err);
  al_status (*next)(void *context, al_error *err); /* NULL: one part only */
  void *context;
} al_output;

/* A row is whole: write what is pending when it is much. */
al_status al_output_row_end (al_output *output, al_error *err);

/* ---- reports made by two threads ----
**
** Each makes slices of the report, numbered from 0. These are written in order:
** whose turn it is not gathers its rows, and waits when they are many. From
** turn to turn goes 'rows', which is the maker's. */

/* Run 'make' for both contexts at once, for the twin in a thread of its own,
** each with an output of its own that writes to where 'output' does. Where no
** thread can be had, the twin is not run: who takes slices takes them all. When
** one fails, waiting fails for the other. */
al_status al_output_share (al_output *output, int64_t rows,
                           al_status (*make)(void *context, al_output *output,
                                             al_error *err),
                           void *own, void *twin, al_error *err);

/* Begin a slice. *ahead records are in slices before it that are not yet
** written, and *rows is of what is. */
void al_output_slice_begin (al_output *output, const al_slice *slice,
                            int64_t *ahead, int64_t *rows);

/* Wait until all slices before this one are written. */
al_status al_output_slice_wait (al_output *output, int64_t *rows,
                                al_error *err);

/* Write the slice, whose turn it is, to its end. */
al_status al_output_slice_end (al_output *output, int64_t rows, al_error *err);

/* ---- parts ---- */

/* End the part and begin the next one, which is empty. AL_LIMIT where there is
** only one; 'rows' is for the message. */
al_status al_output_next_part (al_output *output, int64_t rows, al_error *err);

/* By what the files of a report in parts are known, which is CSV. */
typedef struct {
  al_text header;   /* each begins with it, which is not empty */
  int64_t max_rows; /* of a full part, the titles' included; all but the last */
} al_part_form;

/* Let 'make' make a report for the target; bytes and files (written; 0 unless
** to a path) say afterwards how it went. 'form' is NULL when there is only one
** part. A file appears whole or not at all, its later parts first. The parts of
** the report that is replaced are replaced too, or removed; what else has the
** name that a later part needs is AL_EXISTS, and so is a target that is the
** log's own or another database. */
al_status al_output_run (const al_target *target, const al_part_form *form,
                         al_status (*make)(void *context, al_output *output,
                                           al_error *err),
                         void *context, int64_t *bytes, int64_t *files,
                         al_error *err);

/* Write the name of a report's part to 'out': 1 is the path itself, 2 of
** "name.csv" is "name-2.csv". It takes at most AL_PART_PATH_SIZE bytes. */
#define AL_PART_PATH_SIZE(path) (strlen(path) + 24)
void al_part_path (char *out, const char *path, int64_t part);

#endif
