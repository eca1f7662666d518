# layer(<name> LEVEL <n> SOURCES … [USES <layers>…] [LIBRARIES <third-party targets>…] [TESTS <files>…])
#
# One folder of src/ = one static library = one row of the architecture. USES names the layers of ours it may
# include; all of them have a lower LEVEL. Each layer's row is also written to layers.txt in the build folder,
# where the lint test compares it with the #include lines. TESTS (paths below tests/unit) become one test program,
# `unit_<name>`, whose cases ctest lists as `unit.<name>.<case>`.
file(WRITE ${CMAKE_BINARY_DIR}/layers.txt "")

function(layer name)
  cmake_parse_arguments(ARG "" "LEVEL" "SOURCES;USES;LIBRARIES;TESTS" ${ARGN})
  string(REPLACE "/" "_" target ${name})
  if(ARG_SOURCES)
    add_library(${target} STATIC ${ARG_SOURCES})
    set(scope PUBLIC)
    target_link_libraries(${target} PRIVATE warnings)
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(${target} ${scope} ${PROJECT_SOURCE_DIR}/src)
  foreach(used ${ARG_USES})
    string(REPLACE "/" "_" used_target ${used})
    target_link_libraries(${target} ${scope} ${used_target})
  endforeach()
  target_link_libraries(${target} ${scope} ${ARG_LIBRARIES})
  list(JOIN ARG_USES " " uses)
  file(APPEND ${CMAKE_BINARY_DIR}/layers.txt "${name} ${ARG_LEVEL} ${uses}\n")

  if(BUILD_TESTING AND ARG_TESTS)
    list(TRANSFORM ARG_TESTS PREPEND ${PROJECT_SOURCE_DIR}/tests/unit/)
    add_executable(unit_${target} ${ARG_TESTS})
    target_link_libraries(unit_${target} PRIVATE unit_main ${target} warnings)
    doctest_discover_tests(unit_${target} TEST_PREFIX "unit.${name}: ")
  endif()
endfunction()
