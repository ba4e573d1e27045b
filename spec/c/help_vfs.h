/*
** help_vfs.h - a disk that fails: SQLite's own files, of whose calls the n-th
** gives an error, or all from the n-th on.
*/
#ifndef HELP_VFS_H
#define HELP_VFS_H

/* The calls that reach the disk, or another process. */
typedef enum {
  VFS_OPEN,
  VFS_DELETE,
  VFS_ACCESS,
  VFS_READ,
  VFS_WRITE,
  VFS_TRUNCATE,
  VFS_SYNC,
  VFS_SIZE,
  VFS_LOCK,
  VFS_SHM_MAP,
  VFS_SHM_LOCK,
  VFS_NCALLS
} help_vfs_call;

#define VFS_BIT(call) (1u << (call))
#define VFS_ALL       (VFS_BIT(VFS_NCALLS) - 1)

/* Calls of all threads, counted while they may fail. */
typedef struct {
  int on;         /* they count and may fail */
  unsigned calls; /* which ones: bits */
  long count;     /* so far */
  long fail_at;   /* the one that fails, from 1 */
  int go_on;      /* those after it fail too */
  int done;       /* what fails was done all the same, a write by half */
  int code;       /* of SQLite, for what fails; 0: the call's own I/O error */
} help_vfs;

extern help_vfs vfs;

/* All databases that are opened from now on lie on this disk. The name begins
** with "unix" as what it is made of does. Returns 0 when SQLite refuses. */
int help_vfs_register (void);

void vfs_fails (void);
void vfs_is_well (void);

/* "open", "delete", ...: for messages. */
const char *help_vfs_last (void);

#endif
