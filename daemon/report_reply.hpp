#pragma once
// /api/v1/section and /api/v1/chart: the fact sheet, and its pictures, over HTTP.

#include "daemon/config/config.hpp"
#include "model/time.hpp"
#include "net/http_server.hpp"

namespace foghorn {

// Both read the store in the config's data_dir beside whoever has it open, and take as long as the
// window is long.

/// `?hours=24&format=json|md|text|html|tex&lang=zh|en&at=T&trace=1`, or since=T in place of hours;
/// by default JSON in the config's language.
HttpReply section_reply(const Config& config, const HttpQuery& query, Timestamp now);

/// `?instrument=WTI`, with hours, since, lang and at as above: its chart, an SVG.
HttpReply chart_reply(const Config& config, const HttpQuery& query, Timestamp now);

}  // namespace foghorn
