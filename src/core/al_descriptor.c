/*
** al_descriptor.c - descriptors that are not those of the standard streams.
*/
#include "al_descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

int al_descriptor_lift (int fd) {
  int lifted, code;
  if (fd < 0 || fd > STDERR_FILENO)
    return fd;
  lifted = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  code = errno;
  close(fd);
  errno = code;
  return lifted;
}
