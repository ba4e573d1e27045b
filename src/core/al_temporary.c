/*
** al_temporary.c - files without a name.
*/
#include "al_temporary.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "al_descriptor.h"

#define NAME "/activitylog-XXXXXX"

const char *al_temporary_folder (void) {
  const char *folder = secure_getenv("TMPDIR");
  struct stat there;
  return folder != NULL && stat(folder, &there) == 0 && S_ISDIR(there.st_mode)
             ? folder
             : P_tmpdir;
}

int al_temporary_open (al_error *err) {
  const char *folder = al_temporary_folder();
  char *name;
  int fd;
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
