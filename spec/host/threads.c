/*
** threads.c - examples/c-host in threads at once, each with a Lua state of its
** own: linked to it with --wrap=main. The script gets the log, and a number
** that no other thread has.
*/
#include <pthread.h>
#include <string.h>

#define THREADS 3

typedef struct {
  pthread_t thread;
  char *argv[5]; /* program, script, log, number, NULL */
  int failed;
} host;

int __real_main (int argc, char **argv);
int __wrap_main (int argc, char **argv);

static void *run (void *context) {
  host *h = context;
  h->failed = __real_main(4, h->argv);
  return NULL;
}

int __wrap_main (int argc, char **argv) {
  static char numbers[THREADS][2] = {"0", "1", "2"};
  host hosts[THREADS];
  int i, failed = 0;
  if (argc != 3)
    return 2;
  for (i = 0; i < THREADS; i++) {
    memcpy(hosts[i].argv, argv, 3 * sizeof *argv);
    hosts[i].argv[3] = numbers[i];
    hosts[i].argv[4] = NULL;
    if (pthread_create(&hosts[i].thread, NULL, run, &hosts[i]) != 0)
      return 2;
  }
  for (i = 0; i < THREADS; i++) {
    pthread_join(hosts[i].thread, NULL);
    failed |= hosts[i].failed;
  }
  return failed;
}
