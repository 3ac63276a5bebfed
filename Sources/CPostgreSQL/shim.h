#pragma once
#include <libpq-fe.h>

/* A notice is no error, and libpq would print it. */
static inline void errata_pg_ignore(void *unused, const char *message) {
  (void)unused;
  (void)message;
}

static inline void errata_pg_silence(PGconn *connection) {
  PQsetNoticeProcessor(connection, errata_pg_ignore, 0);
}
