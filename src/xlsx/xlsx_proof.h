/*
** xlsx_proof.h - whether a workbook's file is whole.
**
** libxlsxwriter does not look whether its temporary files took what it wrote,
** and a workbook that lost a part of them may look like a good one. So the
** file is read once more before anybody gets it.
*/
#ifndef XLSX_PROOF_H
#define XLSX_PROOF_H

#include <stdint.h>

#include "al_error.h"

/* AL_IO unless the archive is sound, each of its parts ends as XML does, and
** there are 'n' sheets, each with as many bytes of rows as were written. */
al_status xlsx_proof (const char *path, const int64_t *row_bytes, int n,
                      al_error *err);

#endif
