# The status page's files as C++: cmake -DPAGE=<daemon/page> -DOUT=<page_content.cpp> -P EmbedPage.cmake
# Run by the build (daemon/CMakeLists.txt) whenever one of them changes. uPlot comes from npm, as package-lock.json
# pins it; its license goes along, as it asks for.
cmake_minimum_required(VERSION 3.25)

set(uplot ${PAGE}/node_modules/uplot)
if(NOT EXISTS ${uplot}/dist/uPlot.iife.min.js)
  message(FATAL_ERROR "${uplot} is missing: run ./dev build, which installs it with npm as package-lock.json pins it "
                      "(by hand: cd daemon/page && npm ci)")
endif()

# path | file | type
set(html "text/html; charset=utf-8")
set(css "text/css; charset=utf-8")
set(js "text/javascript; charset=utf-8")
set(svg "image/svg+xml")
set(txt "text/plain; charset=utf-8")
set(table "/|index.html|html" "/page/style.css|style.css|css" "/page/icon.svg|icon.svg|svg"
          "/page/uplot.js|node_modules/uplot/dist/uPlot.iife.min.js|js"
          "/page/uplot.css|node_modules/uplot/dist/uPlot.min.css|css"
          "/page/uplot-license.txt|node_modules/uplot/LICENSE|txt")
file(GLOB modules RELATIVE ${PAGE} ${PAGE}/*.js)
foreach(module ${modules})
  list(APPEND table "/page/${module}|${module}|js")
endforeach()

set(bytes "")
set(rows "")
set(number 0)
foreach(row ${table})
  string(REPLACE "|" ";" row "${row}")
  list(GET row 0 path)
  list(GET row 1 file)
  list(GET row 2 type)
  file(READ ${PAGE}/${file} hex HEX)
  file(SHA256 ${PAGE}/${file} hash)
  string(SUBSTRING ${hash} 0 16 hash)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," hex "${hex}")
  string(APPEND bytes "// ${file}\nconstexpr unsigned char file_${number}[] = {${hex}};\n")
  string(APPEND rows "    {\"${path}\", \"${${type}}\", \"\\\"${hash}\\\"\", text_of(file_${number})},\n")
  math(EXPR number "${number} + 1")
endforeach()

file(WRITE ${OUT} "// Made by cmake/EmbedPage.cmake from daemon/page/. Do not edit.
#include <cstddef>

#include \"daemon/page_files.hpp\"

namespace foghorn {
namespace {

${bytes}
template <std::size_t size>
std::string_view text_of(const unsigned char (&bytes)[size]) {
  return {reinterpret_cast<const char*>(bytes), size};
}

}  // namespace

std::span<const PageFile> page_files() {
  static const PageFile files[] = {
${rows}  };
  return files;
}

}  // namespace foghorn
")
