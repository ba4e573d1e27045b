/*
** al_tzif.c - what a time zone file (TZif, RFC 9636) says of a place's clocks.
**
** A file is one block of version 1 or, from version 2 on, that block for old
** readers, one with times of 64 bits, and a footer that holds the rule for all
** times behind the last one. The changes that the rule makes in 400 years are
** listed behind those of the file: the calendar repeats itself then, so that
** one search answers for all years.
**
**   header, times, types of the times, types, names, leap seconds, 2 kinds of
**   flags that only matter to readers of POSIX rules
*/
#include "al_tzif.h"

#include <stdlib.h>
#include <string.h>

#include "al_time.h"
#include "al_tz_rule.h"

#define HEADER_BYTES  44
#define TYPE_BYTES    6
#define NTYPES_MAX    256 /* what a byte can tell apart */
#define CYCLE_YEARS   400
#define CYCLE_SECONDS INT64_C(12622780800)
/* Before the cycle come the last change of the file and those of the rule in
** the years around it. */
#define RULE_YEARS (CYCLE_YEARS + 5)

struct al_tzif {
  size_t n;        /* changes */
  int64_t *at;     /* n of them, ascending */
  int32_t *offset; /* n + 1: before the first change, from each on */
  int64_t until;   /* from here on the last 400 years are repeated */
};

/* Lie within the bytes of a file. */
typedef struct {
  const unsigned char *times, *indices, *types, *names;
  size_t ntimes, ntypes, nnames; /* nnames in bytes */
  size_t nleaps, nstd, nut;      /* leap seconds; flags */
  size_t time_bytes;             /* of each time: 4 or 8 */
} block;

static al_status damaged (al_error *err, const char *reason) {
  return al_fail(err, AL_SYNTAX, "its file is damaged: %s", reason);
}

/* ---- numbers: big-endian, in two's complement ---- */

static uint32_t read_32 (const unsigned char *bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
         (uint32_t)bytes[2] << 8 | bytes[3];
}

static int64_t read_signed_32 (const unsigned char *bytes) {
  return (int64_t)(read_32(bytes) ^ UINT32_C(0x80000000)) - INT64_C(0x80000000);
}

static int64_t read_signed_64 (const unsigned char *bytes) {
  return read_signed_32(bytes) * INT64_C(0x100000000) + read_32(bytes + 4);
}

/* ---- blocks ---- */

/* Step over the bytes of one part. The counts of a file that is too short are
** too large: 32 bits of them times 12 bytes stay below 64 bits. */
static const unsigned char *take (al_text *rest, uint64_t nbytes) {
  const char *part = rest->data;
  if (nbytes > rest->len)
    return NULL;
  rest->data += nbytes;
  rest->len -= (size_t)nbytes;
  return (const unsigned char *)part;
}

static int take_parts (block *out, al_text *rest) {
  uint64_t behind =
      (uint64_t)out->nleaps * (out->time_bytes + 4) + out->nstd + out->nut;
  out->times = take(rest, (uint64_t)out->ntimes * out->time_bytes);
  if (out->times != NULL)
    out->indices = take(rest, out->ntimes);
  if (out->indices != NULL)
    out->types = take(rest, (uint64_t)out->ntypes * TYPE_BYTES);
  if (out->types != NULL)
    out->names = take(rest, out->nnames);
  return out->names != NULL && take(rest, behind) != NULL;
}

static al_status take_block (block *out, al_text *rest, size_t time_bytes,
                             al_error *err) {
  const unsigned char *header = take(rest, HEADER_BYTES);
  memset(out, 0, sizeof *out);
  if (header == NULL)
    return damaged(err, "it ends early");
  if (memcmp(header, "TZif", 4) != 0)
    return damaged(err, "its second header is missing");
  out->nut = read_32(header + 20);
  out->nstd = read_32(header + 24);
  out->nleaps = read_32(header + 28);
  out->ntimes = read_32(header + 32);
  out->ntypes = read_32(header + 36);
  out->nnames = read_32(header + 40);
  out->time_bytes = time_bytes;
  if (!take_parts(out, rest))
    return damaged(err, "it ends early");
  return AL_OK;
}

static int64_t time_of (const block *from, size_t i) {
  const unsigned char *bytes = from->times + i * from->time_bytes;
  return from->time_bytes == 4 ? read_signed_32(bytes) : read_signed_64(bytes);
}

static int64_t offset_of (const block *from, size_t type) {
  return read_signed_32(from->types + type * TYPE_BYTES);
}

/* ---- what must hold of a block that is used ---- */

static al_status check_counts (const block *from, al_error *err) {
  if (from->nleaps > 0)
    return al_fail(err, AL_SYNTAX,
                   "it counts leap seconds, which instants here do not have");
  if (from->ntypes == 0 || from->ntypes > NTYPES_MAX)
    return damaged(err, "it has no types of time, or more than 256");
  if (from->nnames == 0 || from->names[from->nnames - 1] != '\0')
    return damaged(err, "its abbreviations do not end");
  if ((from->nstd != 0 && from->nstd != from->ntypes) ||
      (from->nut != 0 && from->nut != from->ntypes))
    return damaged(err, "its flags are not one for each type of time");
  return AL_OK;
}

static al_status check_types (const block *from, al_error *err) {
  size_t i;
  for (i = 0; i < from->ntypes; i++) {
    const unsigned char *type = from->types + i * TYPE_BYTES;
    int64_t offset = offset_of(from, i);
    if (offset < AL_TZ_OFFSET_MIN || offset > AL_TZ_OFFSET_MAX)
      return damaged(err, "an offset is more than a day");
    if (type[4] > 1)
      return damaged(err, "a mark of summer time is neither 0 nor 1");
    if (type[5] >= from->nnames)
      return damaged(err, "an abbreviation lies outside of them");
  }
  return AL_OK;
}

static al_status check_times (const block *from, al_error *err) {
  size_t i;
  for (i = 0; i < from->ntimes; i++) {
    if (from->indices[i] >= from->ntypes)
      return damaged(err, "a change is to a type of time that is not there");
    if (i > 0 && time_of(from, i) <= time_of(from, i - 1))
      return damaged(err, "its changes are not in order");
  }
  return AL_OK;
}

/* ---- files ---- */

/* The rule between two line ends; no rule at all is allowed. */
static al_status take_footer (al_text *rule, al_text *rest, al_error *err) {
  const char *end;
  if (rest->len < 2 || rest->data[0] != '\n')
    return damaged(err, "its last line is missing");
  end = memchr(rest->data + 1, '\n', rest->len - 1);
  if (end == NULL)
    return damaged(err, "its last line does not end");
  if (end != rest->data + rest->len - 1)
    return damaged(err, "something follows its last line");
  *rule = al_text_from(rest->data + 1, rest->len - 2);
  return AL_OK;
}

/* Which block counts, and the rule; an empty one when there is none. */
static al_status take_file (block *out, al_text *rule, al_text bytes,
                            al_error *err) {
  char version;
  if (bytes.len > AL_TZIF_MAX_BYTES)
    return al_fail(err, AL_SYNTAX, "its file has more than 256 KiB");
  if (bytes.len < 4 || memcmp(bytes.data, "TZif", 4) != 0)
    return al_fail(err, AL_SYNTAX, "its file is no time zone file (TZif)");
  version = bytes.len > 4 ? bytes.data[4] : '\0';
  *rule = AL_TEXT("");
  if (version != '\0' && (version < '2' || version > '9'))
    return damaged(err, "its version is unknown");
  if (take_block(out, &bytes, 4, err) != AL_OK)
    return err->status;
  if (version == '\0')
    return bytes.len == 0 ? AL_OK : damaged(err, "something follows it");
  if (take_block(out, &bytes, 8, err) != AL_OK)
    return err->status;
  return take_footer(rule, &bytes, err);
}

/* ---- the changes ---- */

static void add (al_tzif *zone, int64_t at, int32_t offset) {
  zone->at[zone->n++] = at;
  zone->offset[zone->n] = offset;
}

static void add_times (al_tzif *zone, const block *from) {
  size_t i;
  zone->offset[0] = (int32_t)offset_of(from, 0);
  for (i = 0; i < from->ntimes; i++)
    add(zone, time_of(from, i), (int32_t)offset_of(from, from->indices[i]));
}

/* A change that does not come behind the last one stands in for it: so the
** rule says what holds from the file's last change on, and of two changes at
** once the later one holds. */
static void add_change (al_tzif *zone, const al_tz_change *change) {
  if (change->at <= zone->at[zone->n - 1])
    zone->offset[zone->n] = change->offset;
  else
    add(zone, change->at, change->offset);
}

/* Without changes of its own a file is all rule. */
static void add_rule (al_tzif *zone, const al_tz_rule *rule) {
  al_tz_change changes[2];
  al_civil last;
  int year;
  if (zone->n == 0)
    add(zone, INT64_MIN, 0);
  zone->offset[zone->n] = rule->offset;
  if (!rule->has_summer)
    return;
  al_time_to_civil(&last, al_time_from_unix(zone->at[zone->n - 1]));
  for (year = last.year - 2; year < last.year - 2 + RULE_YEARS; year++) {
    al_tz_rule_changes(rule, year, changes);
    add_change(zone, &changes[0]);
    add_change(zone, &changes[1]);
  }
  /* Changes may lie a week outside of their year. */
  zone->until = al_tz_year_start(year - 1);
}

/* One piece of memory: the zone, its changes, their offsets. */
static al_tzif *allocate (size_t n) {
  al_tzif *zone = malloc(sizeof *zone + n * sizeof *zone->at +
                         (n + 1) * sizeof *zone->offset);
  if (zone == NULL)
    return NULL;
  zone->n = 0;
  zone->at = (int64_t *)(zone + 1);
  zone->offset = (int32_t *)(zone->at + n);
  zone->until = INT64_MAX;
  return zone;
}

al_status al_tzif_open (al_tzif **out, al_text bytes, al_error *err) {
  al_tz_rule rule;
  al_text text;
  block from;
  *out = NULL;
  if (take_file(&from, &text, bytes, err) != AL_OK ||
      check_counts(&from, err) != AL_OK || check_types(&from, err) != AL_OK ||
      check_times(&from, err) != AL_OK)
    return err->status;
  rule.has_summer = 0;
  if (text.len > 0 && al_tz_rule_parse(&rule, text, err) != AL_OK)
    return al_fail_at(err, "its file is damaged");
  *out = allocate(from.ntimes + 1 + (rule.has_summer ? 2 * RULE_YEARS : 0));
  if (*out == NULL)
    return al_fail_nomem(err);
  add_times(*out, &from);
  if (text.len > 0)
    add_rule(*out, &rule);
  return AL_OK;
}

void al_tzif_close (al_tzif *zone) {
  free(zone);
}

/* ---- asking ---- */

/* How far back the same clocks are listed. */
static int64_t repeats (const al_tzif *zone, int64_t unix_seconds) {
  if (unix_seconds < zone->until)
    return 0;
  return ((unix_seconds - zone->until) / CYCLE_SECONDS + 1) * CYCLE_SECONDS;
}

/* How many changes there are up to an instant. */
static size_t changes_up_to (const al_tzif *zone, int64_t unix_seconds) {
  size_t low = 0, high = zone->n;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (zone->at[middle] <= unix_seconds)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

int32_t al_tzif_offset (const al_tzif *zone, int64_t unix_seconds) {
  int64_t back = repeats(zone, unix_seconds);
  return zone->offset[changes_up_to(zone, unix_seconds - back)];
}

int64_t al_tzif_next (const al_tzif *zone, int64_t unix_seconds) {
  int64_t back = repeats(zone, unix_seconds);
  size_t i = changes_up_to(zone, unix_seconds - back);
  int64_t next = i < zone->n ? zone->at[i] : INT64_MAX;
  if (next >= zone->until)
    next = zone->until; /* INT64_MAX where nothing is repeated */
  return next < INT64_MAX - back ? next + back : INT64_MAX;
}
