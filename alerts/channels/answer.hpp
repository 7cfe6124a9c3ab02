#pragma once
// What every platform's answer has in common.

#include <boost/json/object.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "alerts/channels/channel.hpp"

namespace foghorn {

/// Whether the body is a web page: a proxy or a captive portal answered, not the platform.
bool looks_like_html(std::string_view body);

/// The judgement on an HTTP status that the platform gives no meaning of its own: 429 and 5xx pass,
/// a redirect is somebody's portal, and any other is tried again twice.
Delivery judge_status(int status);

/// What the functions here give for reasons.
std::span<const std::string_view> common_reasons();

/// A platform's answer in JSON.
struct AnswerObject {
  std::optional<boost::json::object> object{};
  Delivery judgement{};  ///< where there is none: a page, half an answer, or nothing known
};

/// The JSON object that `body` is.
AnswerObject object_in(std::string_view body);

/// The number in a JSON answer that tells success from failure.
struct AnswerCode {
  std::optional<std::int64_t> number{};
  Delivery judgement{};  ///< where there is none
};

/// The whole number at `key` of the JSON object in `body`.
AnswerCode code_in(std::string_view body, std::string_view key);

}  // namespace foghorn
