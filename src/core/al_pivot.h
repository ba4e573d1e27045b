/*
** al_pivot.h - a summary by two keys as a sheet: a row for each value of the
** first key, a column for each value of the second one, and sums.
*/
#ifndef AL_PIVOT_H
#define AL_PIVOT_H

#include "al_rows.h"
#include "al_summary_export.h"

typedef struct {
  const al_summary *summary;
  const al_summary_options *options;
  const al_group *group; /* all of them */
  size_t ngroups;
  size_t start, stop; /* groups of this row; both ngroups in that of sums */
  size_t next;        /* group of the row whose cell has not come yet */
  int summed;         /* the row of sums has begun */
  uint32_t *value;    /* of each column of counts, ascending */
  int64_t *sum;       /* of each of them */
  size_t nvalues;
  al_text *titles; /* of all columns */
  al_buffer text;  /* of the titles */
  al_buffer cell;
} al_pivot;

/* Make a pivot of a summary by two keys. What is missing in a title is a dash.
** AL_LIMIT for too many columns; it is to be closed also after a failure. */
al_status al_pivot_init (al_pivot *pivot, const al_summary *summary,
                         const al_summary_options *options, al_error *err);
void al_pivot_close (al_pivot *pivot);

/* Its rows, once; they die with the pivot. */
al_rows al_pivot_rows (al_pivot *pivot);

#endif
