/*
** al_zoneinfo.h - the files of the system's time zone database.
**
** They lie in the folder that TZDIR names, as for libc (never in a program
** that runs with another's rights), or else in the first of these that is
** there: /usr/share/zoneinfo, /usr/lib/zoneinfo, /usr/share/lib/zoneinfo,
** /etc/zoneinfo. TZ is neither read nor set.
*/
#ifndef AL_ZONEINFO_H
#define AL_ZONEINFO_H

#include "al_buffer.h"
#include "al_error.h"
#include "al_text.h"

#define AL_ZONE_NAME_MAX 63

/* Whether a text may be meant for a name of the database: it begins with a
** letter, or like a path. */
int al_zoneinfo_is_name (al_text name);

/* Append the bytes of a zone's file. A name is of letters, digits, '_', '+' and
** '-', in parts that are joined by one '/': it leads to no file outside. The
** zones of right/, which count leap seconds, and of posix/ are refused.
** AL_SYNTAX with the reason when there is no such zone, AL_IO when its file
** cannot be read. */
al_status al_zoneinfo_read (al_buffer *out, al_text name, al_error *err);

#endif
