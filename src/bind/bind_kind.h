/*
** bind_kind.h - how a module that brings a kind of store gives it to the core.
**
** Modules of two versions of activitylog may differ in what a kind is, so the
** version is in the name of the class.
*/
#ifndef BIND_KIND_H
#define BIND_KIND_H

/* The class of a userdata that holds a const al_store_kind *. */
#define BIND_STORE_KIND "activitylog.store_kind " ACTIVITYLOG_VERSION

/* Of a log's timeout: a day. */
#define BIND_TIMEOUT_MAX_MS 86400000

#endif
