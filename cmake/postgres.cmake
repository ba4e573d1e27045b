# The Lua module activitylog.postgres: logs in PostgreSQL databases. Without it
# postgresql:// URIs are refused.

set(missing "")
activitylog_need(PostgreSQL libpq-fe.h libpq-dev libpq-devel libpq-dev libpq)

if(missing)
  activitylog_advice(advice)
  if(NOT ACTIVITYLOG_POSTGRES STREQUAL "AUTO")
    message(FATAL_ERROR "Logs in PostgreSQL (ACTIVITYLOG_POSTGRES) cannot be "
                        "built without this:${advice}")
  endif()
  message(STATUS "No logs in PostgreSQL, for want of this:${advice}")
  return()
endif()

# The SQL files as strings of C: bytes, as a literal may not be so long.
set(pg_sql "/* Made by cmake/postgres.cmake out of share/postgresql. */\n")
foreach(name IN ITEMS log by-month)
  set(file ${PROJECT_SOURCE_DIR}/share/postgresql/${name}.sql)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  file(READ ${file} bytes HEX)
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
  string(REPLACE "-" "_" name ${name})
  string(APPEND pg_sql "static const char pg_sql_${name}[] = {${bytes}0};\n")
endforeach()
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/postgres/pg_sql.h
     CONTENT "${pg_sql}" @ONLY)

# What all logs have in common is linked into it once more; of the core's
# libraries it takes those that this needs, and not SQLite.
add_library(
  activitylog_postgres MODULE
  src/bind/bind_postgres.c
  src/postgres/pg_connection.c
  src/postgres/pg_cursor.c
  src/postgres/pg_error.c
  src/postgres/pg_import.c
  src/postgres/pg_masked.c
  src/postgres/pg_purge.c
  src/postgres/pg_query.c
  src/postgres/pg_rows.c
  src/postgres/pg_run.c
  src/postgres/pg_schema.c
  src/postgres/pg_select.c
  src/postgres/pg_settle.c
  src/postgres/pg_stage.c
  src/postgres/pg_store.c
  src/postgres/pg_text.c
  src/postgres/pg_view.c)
target_compile_definitions(
  activitylog_postgres PRIVATE ACTIVITYLOG_VERSION="${PROJECT_VERSION}")
target_include_directories(
  activitylog_postgres PRIVATE src/postgres ${PROJECT_BINARY_DIR}/postgres)
target_include_directories(activitylog_postgres SYSTEM
                           PRIVATE ${LUA_INCLUDE_DIR})
target_link_libraries(activitylog_postgres PRIVATE activitylog_core
                                                   activitylog_flags
                                                   PostgreSQL::PostgreSQL)
# As the core's (CMakeLists.txt): a thread of the core may be in it.
if(APPLE)
  target_link_options(activitylog_postgres PRIVATE -undefined dynamic_lookup)
else()
  target_link_options(activitylog_postgres PRIVATE LINKER:-z,nodelete
                      LINKER:--as-needed)
endif()
set_target_properties(
  activitylog_postgres
  PROPERTIES PREFIX "" OUTPUT_NAME postgres
             LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/cmod/activitylog)
install(TARGETS activitylog_postgres
        DESTINATION ${ACTIVITYLOG_INSTALL_CMOD}/activitylog)
install(DIRECTORY share/postgresql
        DESTINATION ${CMAKE_INSTALL_DATADIR}/activitylog)
