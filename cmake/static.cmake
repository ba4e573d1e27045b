# libactivitylog.a: core and binding for C hosts, with one global name,
# luaopen_activitylog_core. All objects are linked into one, whose other names
# then become local, so that none can meet a name of the host.

if(NOT CMAKE_OBJCOPY)
  message(FATAL_ERROR "objcopy is missing (Debian package binutils); "
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
set_target_properties(activitylog_static PROPERTIES OUTPUT_NAME activitylog
                                                    LINKER_LANGUAGE C)

# The prefix may be chosen as late as `cmake --install --prefix`, so the
# pkg-config file finds it from its own place.
set(pkgconfig_dir ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig)
cmake_path(RELATIVE_PATH CMAKE_INSTALL_PREFIX BASE_DIRECTORY ${pkgconfig_dir}
           OUTPUT_VARIABLE prefix_from_pkgconfig_dir)
configure_file(${CMAKE_CURRENT_LIST_DIR}/activitylog.pc.in
               ${PROJECT_BINARY_DIR}/activitylog.pc @ONLY)

install(TARGETS activitylog_static DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(FILES ${PROJECT_SOURCE_DIR}/src/bind/activitylog.h
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(FILES ${PROJECT_BINARY_DIR}/activitylog.pc
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
