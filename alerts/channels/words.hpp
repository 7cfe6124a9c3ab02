#pragma once
// The words that events are told in: tiers, kinds, reasons, and what is known of a price's sources
// and past. Phrases without a place; text.cpp puts them where a template says.

#include <string>

#include "alerts/channels/channel.hpp"
#include "model/alert_event.hpp"

namespace foghorn {

/// 重大, MAJOR.
std::string tier_text(Tier tier, Language language);

/// What an episode did between its first event told here, of kind `first`, and this one:
/// 触发并已恢复, FIRED AND RESOLVED.
std::string kind_text(const AlertEvent& event, AlertKind first, Language language);

/// 规则已修改; one that is not known stays as it is.
std::string reason_text(const std::string& reason, Language language);

/// Which sources agree, and which do not.
std::string sources_text(const AlertEvent& event, Language language);

/// 创 2024 年 8 月 5 日以来新高; empty where there is nothing to remark.
std::string extreme_text(const AlertEvent& event, Language language);

/// How many of its usual moves: "5.2"; empty where that is unknown, or less than one.
std::string sigma_text(const AlertEvent& event);

/// （可能重复）, （未存盘…）: what the reader has to know of this message as a message.
std::string marks_text(const RenderOptions& options);

/// 未及时送达; and the same as a mark, in brackets.
std::string late_text(Language language);
std::string late_mark(Language language);

}  // namespace foghorn
