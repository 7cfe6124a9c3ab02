#pragma once
// The status page's files, which the build put into the binary (cmake/EmbedPage.cmake).

#include <optional>
#include <span>
#include <string_view>

#include "net/http_message.hpp"

namespace foghorn {

struct PageFile {
  std::string_view path;  ///< "/page/style.css"
  std::string_view type;  ///< its content type
  std::string_view etag;  ///< with its quotes
  std::string_view content;
};

std::span<const PageFile> page_files();

/// The file of that path, or that the asker has it already; nullopt: there is none.
std::optional<HttpReply> page_reply(const HttpQuery& query);

}  // namespace foghorn
