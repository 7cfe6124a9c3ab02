#include "daemon/page_files.hpp"

#include <algorithm>
#include <string>

namespace foghorn {

std::optional<HttpReply> page_reply(const HttpQuery& query) {
  const auto files = page_files();
  const auto file = std::ranges::find(files, query.path, &PageFile::path);
  if (file == files.end()) return std::nullopt;
  HttpReply reply{.content_type = std::string{file->type},
                  .headers = {{"ETag", std::string{file->etag}}, {"Cache-Control", "no-cache"}}};
  if (query.if_none_match.find(file->etag) != std::string::npos) {
    reply.status = 304;
  } else {
    reply.body = file->content;
  }
  return reply;
}

}  // namespace foghorn
