/*
** al_zoneinfo.c - the files of the system's time zone database.
**
** Read by descriptors alone, as a name that was checked is to be the file that
** is opened. Its entries may be links: most old names are.
*/
#include "al_zoneinfo.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "al_tzif.h"

#define FOLDER_FLAGS (O_RDONLY | O_DIRECTORY | O_CLOEXEC)

/* ---- names ---- */

static int is_letter (char c) {
  return al_lower(c) >= 'a' && al_lower(c) <= 'z';
}

static int is_name_byte (char c) {
  return is_letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '+' ||
         c == '-';
}

static int begins (al_text name, al_text head) {
  return name.len >= head.len && memcmp(name.data, head.data, head.len) == 0;
}

int al_zoneinfo_is_name (al_text name) {
  return name.len > 0 && (is_letter(name.data[0]) || name.data[0] == '/' ||
                          name.data[0] == '.');
}

/* What is wrong with a name, or NULL. */
static const char *name_fault (al_text name) {
  static const char *const form =
      "a name has letters, digits, '_', '+' and '-' in parts joined by one '/'";
  size_t i;
  if (name.len > 0 && name.data[0] == '/')
    return "a name is expected, not a path";
  if (begins(name, AL_TEXT("right/")))
    return "right/ counts leap seconds, which instants here do not have; "
           "leave it out";
  if (begins(name, AL_TEXT("posix/")))
    return "leave out posix/";
  if (name.len > AL_ZONE_NAME_MAX)
    return "a name has 63 bytes at most";
  for (i = 0; i < name.len; i++)
    if (!is_name_byte(name.data[i]) &&
        (name.data[i] != '/' || i + 1 == name.len || name.data[i + 1] == '/'))
      return form;
  return name.len > 0 ? NULL : form;
}

/* ---- names in another case ---- */

/* Write the first entry of a folder that is 'part' but for its case. */
static int find_part (int folder, char *part) {
  int fd = openat(folder, ".", FOLDER_FLAGS), found = 0;
  DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
  struct dirent *entry;
  if (dir == NULL) {
    if (fd >= 0)
      close(fd);
    return 0;
  }
  while (!found && (entry = readdir(dir)) != NULL) {
    found = strcasecmp(entry->d_name, part) == 0;
    if (found)
      memcpy(part, entry->d_name, strlen(part));
  }
  closedir(dir);
  return found;
}

/* Make 'name' the one of a file that differs from it in case alone. */
static int find_name (int folder, char *name) {
  struct stat file;
  char *part = name, *slash;
  int at = openat(folder, ".", FOLDER_FLAGS);
  while (at >= 0 && (slash = strchr(part, '/')) != NULL) {
    int below = -1;
    *slash = '\0';
    if (find_part(at, part))
      below = openat(at, part, FOLDER_FLAGS);
    *slash = '/';
    close(at);
    at = below;
    part = slash + 1;
  }
  if (at < 0)
    return 0;
  if (!find_part(at, part) || fstatat(at, part, &file, 0) != 0)
    file.st_mode = 0;
  close(at);
  return S_ISREG(file.st_mode) &&
         name_fault(al_text_from(name, strlen(name))) == NULL;
}

static al_status unknown (int folder, const char *name, al_error *err) {
  char other[AL_ZONE_NAME_MAX + 1];
  strcpy(other, name);
  if (find_name(folder, other))
    return al_fail(err, AL_SYNTAX,
                   "the system's time zone database has none of that name; "
                   "did you mean '%s'?",
                   other);
  return al_fail(err, AL_SYNTAX,
                 "the system's time zone database has none of that name");
}

/* ---- files ---- */

static al_status open_folder (int *fd, al_error *err) {
  static const char *const FOLDERS[] = {
      "/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/usr/share/lib/zoneinfo",
      "/etc/zoneinfo"};
  const char *named = secure_getenv("TZDIR");
  al_quoted quoted;
  size_t i;
  *fd = -1;
  if (named != NULL && *named != '\0') {
    *fd = open(named, FOLDER_FLAGS);
    if (*fd >= 0)
      return AL_OK;
    return al_fail(err, AL_IO, "cannot open the folder of TZDIR, %s: %s",
                   al_quote(&quoted, named, strlen(named)),
                   al_errno_text(errno));
  }
  for (i = 0; i < sizeof FOLDERS / sizeof FOLDERS[0]; i++) {
    *fd = open(FOLDERS[i], FOLDER_FLAGS);
    if (*fd >= 0)
      return AL_OK;
    if (errno != ENOENT && errno != ENOTDIR)
      return al_fail_errno(err, "cannot open", FOLDERS[i]);
  }
  return al_fail(err, AL_IO,
                 "there is no time zone database in %s; install tzdata",
                 FOLDERS[0]);
}

static al_status read_all (al_buffer *out, int fd, size_t nbytes,
                           al_error *err) {
  if (al_buffer_reserve(out, nbytes, err) != AL_OK)
    return err->status;
  while (nbytes > 0) {
    ssize_t n = read(fd, out->data + out->len, nbytes);
    if (n < 0 && errno != EINTR)
      return al_fail_errno(err, "cannot read", "its file");
    if (n == 0)
      break;
    if (n > 0) {
      out->len += (size_t)n;
      nbytes -= (size_t)n;
    }
  }
  return AL_OK;
}

static al_status read_file (al_buffer *out, int fd, al_error *err) {
  struct stat file;
  if (fstat(fd, &file) != 0)
    return al_fail_errno(err, "cannot read", "its file");
  if (S_ISDIR(file.st_mode))
    return al_fail(err, AL_SYNTAX, "that is a folder of zones");
  if (!S_ISREG(file.st_mode))
    return al_fail(err, AL_SYNTAX, "its file is no regular file");
  if (file.st_size > AL_TZIF_MAX_BYTES)
    return al_fail(err, AL_SYNTAX, "its file has more than 256 KiB");
  return read_all(out, fd, (size_t)file.st_size, err);
}

/* The zone of that name, which has the right form, in the folder. */
static al_status read_in (al_buffer *out, int folder, const char *name,
                          al_error *err) {
  al_status status;
  /* A pipe of that name must not block. */
  int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
    return unknown(folder, name, err);
  if (fd < 0)
    return al_fail_errno(err, "cannot open", "its file");
  status = read_file(out, fd, err);
  close(fd);
  return status;
}

al_status al_zoneinfo_read (al_buffer *out, al_text name, al_error *err) {
  const char *fault = name_fault(name);
  char path[AL_ZONE_NAME_MAX + 1] = "";
  al_status status;
  int folder;
  if (fault != NULL)
    return al_fail(err, AL_SYNTAX, "%s", fault);
  if (open_folder(&folder, err) != AL_OK)
    return err->status;
  memcpy(path, name.data, name.len);
  status = read_in(out, folder, path, err);
  close(folder);
  return status;
}
