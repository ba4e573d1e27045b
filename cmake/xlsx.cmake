# The Lua module activitylog.xlsx: what writes workbooks for the core. Without
# it the format "xlsx" is refused.

set(missing "")
activitylog_need(Xlsxwriter xlsxwriter.h libxlsxwriter-dev libxlsxwriter-devel
                 none libxlsxwriter)
activitylog_need(Minizip minizip/unzip.h libminizip-dev minizip-ng-compat-devel
                 minizip-dev minizip)
activitylog_need(ZLIB zlib.h zlib1g-dev zlib-ng-compat-devel zlib-dev zlib)

if(missing)
  activitylog_advice(advice)
  if(NOT ACTIVITYLOG_XLSX STREQUAL "AUTO")
    message(FATAL_ERROR "Workbooks (ACTIVITYLOG_XLSX) cannot be built without "
                        "these:${advice}")
  endif()
  message(STATUS "No workbooks (format xlsx), for want of these:${advice}")
  return()
endif()

# The core's few files that it needs are compiled into it once more: linking
# the core would bring all of its libraries along.
add_library(
  activitylog_xlsx MODULE
  src/bind/bind_xlsx.c src/core/al_descriptor.c src/core/al_error.c
  src/core/al_temporary.c src/core/al_utf8.c src/xlsx/xlsx_book.c
  src/xlsx/xlsx_proof.c src/xlsx/xlsx_random.c)
target_include_directories(activitylog_xlsx PRIVATE src/core src/xlsx)
target_include_directories(activitylog_xlsx SYSTEM PRIVATE ${LUA_INCLUDE_DIR})
target_link_libraries(
  activitylog_xlsx PRIVATE activitylog_flags Minizip::Minizip Threads::Threads
                           Xlsxwriter::Xlsxwriter ZLIB::ZLIB)
if(APPLE)
  target_link_options(activitylog_xlsx PRIVATE -undefined dynamic_lookup)
endif()
set_target_properties(
  activitylog_xlsx
  PROPERTIES PREFIX "" OUTPUT_NAME xlsx
             LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/cmod/activitylog)
install(TARGETS activitylog_xlsx
        DESTINATION ${ACTIVITYLOG_INSTALL_CMOD}/activitylog)
