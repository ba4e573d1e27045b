# libactivitylog.a: core and binding for C hosts, with one global name,
# luaopen_activitylog_core. All objects are linked into one, whose other names
# then become local, so that none can meet a name of the host.

if(NOT CMAKE_OBJCOPY)
  message(FATAL_ERROR "objcopy is missing (package binutils on each system); "
                      "ACTIVITYLOG_STATIC=OFF does without")
endif()

set(objects $<TARGET_OBJECTS:activitylog_core>
            $<TARGET_OBJECTS:activitylog_lua>)
set(whole ${PROJECT_BINARY_DIR}/activitylog.o)
add_custom_command(
  OUTPUT ${whole}
  COMMAND ${CMAKE_C_COMPILER} -r -nostdlib -o ${whole} ${objects}
  COMMAND ${CMAKE_OBJCOPY} --keep-global-symbol=luaopen_activitylog_core
          ${whole}
  DEPENDS activitylog_core activitylog_lua
  COMMENT "Linking all objects into one"
  COMMAND_EXPAND_LISTS VERBATIM)

add_library(activitylog_static STATIC ${whole})
set_target_properties(
  activitylog_static PROPERTIES OUTPUT_NAME activitylog EXPORT_NAME activitylog
                                LINKER_LANGUAGE C)

target_link_libraries(
  activitylog_static INTERFACE CSV::CSV Nettle::Nettle SQLite::SQLite3
                               Threads::Threads Utf8proc::Utf8proc Yajl::Yajl)

# ---- where hosts find it

install(
  TARGETS activitylog_static
  EXPORT activitylogTargets
  DESTINATION ${CMAKE_INSTALL_LIBDIR}
  INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(FILES ${PROJECT_SOURCE_DIR}/src/bind/activitylog.h
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})

# The prefix may be chosen as late as `cmake --install --prefix`, and moved
# behind that, so the two packages find it from their own places.
set(pkgconfig_dir ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig)
cmake_path(RELATIVE_PATH CMAKE_INSTALL_PREFIX BASE_DIRECTORY ${pkgconfig_dir}
           OUTPUT_VARIABLE prefix_from_pkgconfig_dir)
set(prefix "\${prefix}")
cmake_path(APPEND prefix ${CMAKE_INSTALL_LIBDIR} OUTPUT_VARIABLE libdir)
cmake_path(APPEND prefix ${CMAKE_INSTALL_INCLUDEDIR} OUTPUT_VARIABLE includedir)
cmake_path(APPEND prefix ${ACTIVITYLOG_INSTALL_LMOD} OUTPUT_VARIABLE lmoddir)
cmake_path(APPEND prefix ${ACTIVITYLOG_INSTALL_CMOD} OUTPUT_VARIABLE cmoddir)
configure_file(${CMAKE_CURRENT_LIST_DIR}/activitylog.pc.in
               ${PROJECT_BINARY_DIR}/activitylog.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/activitylog.pc
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

# Before 1.0.0 another minor version may break what was.
include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/activitylog)
configure_package_config_file(
  ${CMAKE_CURRENT_LIST_DIR}/activitylogConfig.cmake.in
  ${PROJECT_BINARY_DIR}/activitylogConfig.cmake
  INSTALL_DESTINATION ${package_dir}
  PATH_VARS ACTIVITYLOG_INSTALL_LMOD ACTIVITYLOG_INSTALL_CMOD
  NO_CHECK_REQUIRED_COMPONENTS_MACRO)
write_basic_package_version_file(
  ${PROJECT_BINARY_DIR}/activitylogConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(EXPORT activitylogTargets NAMESPACE activitylog::
        DESTINATION ${package_dir})
install(
  FILES ${PROJECT_BINARY_DIR}/activitylogConfig.cmake
        ${PROJECT_BINARY_DIR}/activitylogConfigVersion.cmake
        ${CMAKE_CURRENT_LIST_DIR}/FindCSV.cmake
        ${CMAKE_CURRENT_LIST_DIR}/FindNettle.cmake
        ${CMAKE_CURRENT_LIST_DIR}/FindUtf8proc.cmake
        ${CMAKE_CURRENT_LIST_DIR}/FindYajl.cmake
  DESTINATION ${package_dir})
