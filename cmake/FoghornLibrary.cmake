# foghorn_library(<name> [PURE] [ASIO] SOURCES ... [DEPENDS <folder> ...] [LINKS <third party> ...])
#
# Makes the static library foghorn::<name> and records the edge, so that the layering test checks the same
# graph the linker sees. PURE: no Asio, clock, log, file or thread may be included. ASIO: uses the one
# compiled Asio and its precompiled header.
function(foghorn_library name)
  cmake_parse_arguments(arg "PURE;ASIO" "" "SOURCES;DEPENDS;LINKS" ${ARGN})
  add_library(foghorn_${name} STATIC ${arg_SOURCES})
  add_library(foghorn::${name} ALIAS foghorn_${name})
  target_link_libraries(foghorn_${name} PUBLIC foghorn_flags ${arg_LINKS})
  if(arg_ASIO)
    foghorn_use_asio(foghorn_${name})
  endif()
  foreach(dependency IN LISTS arg_DEPENDS)
    if(NOT TARGET foghorn::${dependency})
      message(FATAL_ERROR "${name} depends on ${dependency}, which is not a folder above it")
    endif()
    target_link_libraries(foghorn_${name} PUBLIC foghorn::${dependency})
  endforeach()
  file(RELATIVE_PATH folder ${PROJECT_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
  string(REPLACE ";" "," depends "${arg_DEPENDS}")
  set_property(GLOBAL APPEND PROPERTY FOGHORN_LAYERS "${name}=${folder}=${depends}=${arg_PURE}")
endfunction()

# Asio's bodies compiled once, and one precompiled header that every target with Asio in it shares.
function(foghorn_compile_asio)
  add_library(foghorn_asio STATIC ${PROJECT_SOURCE_DIR}/net/asio_impl.cpp)
  target_compile_definitions(foghorn_asio PUBLIC
    BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED)
  target_link_libraries(foghorn_asio PUBLIC foghorn_flags Boost::headers OpenSSL::SSL OpenSSL::Crypto Threads::Threads)
  target_precompile_headers(foghorn_asio PRIVATE ${PROJECT_SOURCE_DIR}/net/pch.hpp)
endfunction()

function(foghorn_use_asio target)
  target_link_libraries(${target} PUBLIC foghorn_asio)
  target_precompile_headers(${target} REUSE_FROM foghorn_asio)
endfunction()
