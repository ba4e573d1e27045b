/*
** al_difference.h - all that changed between two documents.
**
** Scalars are compared by where they stand: names without case and underscores
** (the same name first), elements of arrays by position. Null and an empty text
** are as good as missing, as in al_change.h. What the API adds for itself,
** members named Attributes (ETag, ObjectType) and Links, is passed over.
*/
#ifndef AL_DIFFERENCE_H
#define AL_DIFFERENCE_H

#include "al_tree.h"

/* Changes beyond so many are counted and passed over. */
#define AL_CHANGES_MAX 65536

/* A path is cut in front when it is longer than so many bytes. */
#define AL_PATH_MAX_BYTES 1024

#define AL_NO_NODE UINT32_MAX

typedef struct {
  uint32_t before, after; /* nodes of the old and of the new tree; one of them
                          ** may be AL_NO_NODE, or one that has no scalar */
} al_difference;

/* Zero it; close it. */
typedef struct {
  al_difference *item; /* owned */
  size_t n, cap;
  size_t omitted; /* changes passed over */
} al_differences;

void al_differences_close (al_differences *differences);

/* Compare two trees: changes in the order of the new one, and then what only
** the old one has. There are none unless both documents are objects. The time
** this takes grows with the trees and no faster. Only AL_NOMEM fails. */
al_status al_differences_read (al_differences *differences, const al_tree *old,
                               const al_tree *new, al_error *err);

/* The scalar of a node as text; missing where there is none, as for null. */
al_text al_difference_value (const al_tree *tree, uint32_t node);

/* Append the path of a node ("LineItems.1.Quantity"), its names as written. The
** front of one that is too long is "…". */
al_status al_path_append (al_buffer *out, const al_tree *tree, uint32_t node,
                          al_error *err);

#endif
