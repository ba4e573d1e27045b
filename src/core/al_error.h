/*
** al_error.h - what can go wrong in the core, and how it is told.
**
** A function that can fail returns an al_status and fills an al_error that
** the caller provides. The message is for people; the status has a short
** stable word for programs (al_status_code).
*/
#ifndef AL_ERROR_H
#define AL_ERROR_H

#include <stddef.h>

typedef enum {
  AL_OK = 0,
  AL_NOMEM,    /* memory ran out */
  AL_IO,       /* a file could not be read or written */
  AL_BUSY,     /* another writer holds the log for longer than the timeout */
  AL_CORRUPT,  /* the log file is damaged */
  AL_SYNTAX,   /* the input is not what it should be */
  AL_API,      /* the input is an error that the API answered */
  AL_VERSION,  /* the log was written by a newer version */
  AL_FOREIGN,  /* the file belongs to another program */
  AL_FULL,     /* no space left, or a file may not grow */
  AL_READONLY, /* the log cannot be written, or not be read without writing */
  AL_LIMIT,    /* more than the format or a documented limit allows */
  AL_EXISTS,   /* something is in the way that is not ours to replace */
  AL_UNSUPPORTED, /* this build cannot do it; the message says what is missing */
  AL_CALLBACK,    /* a function of the caller failed; only it knows why */
  AL_MISUSE       /* called when it must not be; the binding raises it */
} al_status;

/* Longer messages are cut at a character. */
#define AL_MESSAGE_MAX 1024

typedef struct {
  al_status status;
  char message[AL_MESSAGE_MAX];
} al_error;

/* Fill 'err' and return 'status', so that callers can return the call. The
** format is printf's; text that comes from input goes through al_quote first,
** which shortens it. What is left of it that al_quote would not let through is
** written as \xNN, except in the message of an AL_CALLBACK. */
al_status al_fail (al_error *err, al_status status, const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 3, 4)))
#endif
    ;

/* Memory ran out: AL_NOMEM with its fixed message. */
al_status al_fail_nomem (al_error *err);

/* Whether the errno says that there is no room: on the disk, of a quota, or up
** to how large a file may grow. */
int al_errno_is_full (int code);

/* What the system calls an errno, in English whatever the process's locale: a
** message is of one language, and UTF-8. Valid until the thread asks again. */
const char *al_errno_text (int code);

/* The last system call failed: AL_FULL when no space is left, else AL_IO, with
** 'what' ("cannot write"), the file's name and errno's text. */
al_status al_fail_errno (al_error *err, const char *what, const char *name);

/* Put "place: " before the message that is in 'err'; returns its status. */
al_status al_fail_at (al_error *err, const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 2, 3)))
#endif
    ;

/* The stable word of a status: "io", "busy", ...; "ok" for AL_OK. */
const char *al_status_code (al_status status);

/* The status that has this word; AL_CALLBACK when none has it. */
al_status al_status_find (const char *code);

/* A stranger's text made fit for a message: control characters, bidirectional
** controls and what is not UTF-8 are written as \xNN, and what does not fit in
** 'size' bytes (at least 8) is cut and ends in "...". Returns 'out'. */
const char *al_quote_to (char *out, size_t size, const char *text, size_t len);

/* The same in a size that fits most messages. */
typedef struct {
  char text[88];
} al_quoted;
const char *al_quote (al_quoted *out, const char *text, size_t len);

#endif
