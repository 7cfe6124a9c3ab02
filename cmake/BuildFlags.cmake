# One interface target carries every flag; no directory-wide options anywhere.
set(FOGHORN_SANITIZE "" CACHE STRING "address | thread | (empty)")
option(FOGHORN_WERROR "Warnings are errors" OFF)
option(FOGHORN_PACKAGE "Build what a package holds: see deploy/CMakeLists.txt" OFF)
option(FOGHORN_COVERAGE "Instrument for llvm-cov" OFF)

add_library(foghorn_flags INTERFACE)
target_compile_features(foghorn_flags INTERFACE cxx_std_20)
target_include_directories(foghorn_flags INTERFACE ${PROJECT_SOURCE_DIR})
# -Wnull-dereference: g++ finds it in inlined library code, where nothing is.
target_compile_options(foghorn_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast -Woverloaded-virtual
  -Wimplicit-fallthrough $<$<CXX_COMPILER_ID:Clang>:-Wnull-dereference>
  $<$<BOOL:${FOGHORN_WERROR}>:-Werror>)

if(FOGHORN_SANITIZE STREQUAL "address")
  set(san -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
elseif(FOGHORN_SANITIZE STREQUAL "thread")
  # GCC warns that TSan does not model the fences Asio uses; Foghorn's two threads do not rely on them.
  set(san -fsanitize=thread -fno-omit-frame-pointer $<$<CXX_COMPILER_ID:GNU>:-Wno-tsan>)
elseif(NOT FOGHORN_SANITIZE STREQUAL "")
  message(FATAL_ERROR "FOGHORN_SANITIZE=${FOGHORN_SANITIZE} is not one of address, thread")
endif()
if(FOGHORN_COVERAGE)
  list(APPEND san -fprofile-instr-generate -fcoverage-mapping)
endif()
target_compile_options(foghorn_flags INTERFACE ${san})
target_link_options(foghorn_flags INTERFACE ${san})

if(FOGHORN_PACKAGE)
  # The same bytes wherever it is built; and what Debian expects of a daemon that reads what strangers send.
  target_compile_options(foghorn_flags INTERFACE
    -ffile-prefix-map=${PROJECT_SOURCE_DIR}=. -fstack-protector-strong -D_FORTIFY_SOURCE=2)
  target_link_options(foghorn_flags INTERFACE -Wl,-z,relro,-z,now)
endif()

find_program(MOLD mold)
if(MOLD)
  target_link_options(foghorn_flags INTERFACE -fuse-ld=mold)
endif()
find_program(CCACHE ccache)
if(CCACHE)
  # With a precompiled header ccache must not compare the time stamps inside it.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    target_compile_options(foghorn_flags INTERFACE "SHELL:-Xclang -fno-pch-timestamp")
  endif()
endif()
