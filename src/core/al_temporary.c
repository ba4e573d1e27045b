/*
** al_temporary.c - files without a name.
*/
#include "al_temporary.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "al_descriptor.h"

#define NAME "/activitylog-XXXXXX"

int al_temporary_open (al_error *err) {
  const char *folder = secure_getenv("TMPDIR");
  char *name;
  int fd;
  if (folder == NULL || folder[0] == '\0')
    folder = P_tmpdir;
  name = malloc(strlen(folder) + sizeof NAME);
  if (name == NULL) {
    al_fail_nomem(err);
    return -1;
  }
  strcpy(stpcpy(name, folder), NAME);
  fd = mkostemp(name, O_CLOEXEC);
  if (fd >= 0)
    unlink(name);
  fd = al_descriptor_lift(fd);
  if (fd < 0)
    al_fail_errno(err, "cannot make a temporary file in", folder);
  free(name);
  return fd;
}
