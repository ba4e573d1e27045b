/*
** check.h - the little that the C tests need.
**
** A test is a function of checks; main calls CHECK_RUN for each and returns
** CHECK_RESULT(). A failed check says where and goes on.
*/
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>
#include <string.h>

static int check_failures = 0;

#define CHECK(condition)                                                       \
  do {                                                                         \
    if (!(condition)) {                                                        \
      check_failures++;                                                        \
      printf("%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);           \
    }                                                                          \
  } while (0)

/* Two strings that end in NUL. */
#define CHECK_STRING(expected, got)                                            \
  do {                                                                         \
    const char *check_got = (got);                                             \
    if (strcmp((expected), check_got) != 0) {                                  \
      check_failures++;                                                        \
      printf("%s:%d: expected '%s', got '%s'\n", __FILE__, __LINE__,           \
             (expected), check_got);                                           \
    }                                                                          \
  } while (0)

#define CHECK_RUN(test)                                                        \
  do {                                                                         \
    int check_before = check_failures;                                         \
    test();                                                                    \
    printf("%s %s\n", check_failures == check_before ? "ok" : "FAILED",        \
           #test);                                                             \
  } while (0)

#define CHECK_RESULT() (check_failures != 0)

#endif
