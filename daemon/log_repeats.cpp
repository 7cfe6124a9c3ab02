#include "daemon/log_repeats.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace foghorn {
namespace {

constexpr double at_once = 10;
constexpr std::size_t most_subjects = 1000;  // they come from closed lists and the config
constexpr std::size_t most_said = 50;
constexpr int error = 3;

const LogField* find(const LogWords& words, std::string_view name) {
  const auto found = std::ranges::find(words.fields, name, &LogField::name);
  return found == words.fields.end() ? nullptr : &*found;
}

bool names_one_of(const LogWords& words, std::initializer_list<std::string_view> names) {
  return std::ranges::any_of(names, [&](std::string_view name) { return find(words, name); });
}

/// What a line is about. Its first word and whom it names, so that what begins and what ends are
/// of one subject; a symbol's or stream's trouble is no state of its feed, and one of its own.
std::string subject_of(const LogWords& words) {
  const bool detail = names_one_of(words, {"symbol", "stream", "missed"});
  auto subject = detail ? words.event : words.event.substr(0, words.event.find(' '));
  for (const auto* name : {"feed", "channel", "trouble", "rule", "instrument", "stream"})
    if (const auto* field = find(words, name)) subject += ' ' + field->name + '=' + field->value;
  return subject;
}

std::string what_is_said(const LogWords& words) {
  const auto* why = find(words, "error");
  return why ? words.event + ' ' + why->value : words.event;
}

LogLine with_count(LogLine line, std::uint64_t left_out) {
  if (left_out > 0) line.text += fmt::format(" left_out={}", left_out);
  return line;
}

}  // namespace

std::optional<LogLine> Repeats::admit(LogLine line, const LogWords& words, Duration now) {
  const bool is_error = line.priority <= error;
  const bool counted = is_error || names_one_of(words, {"feed", "channel", "error", "trouble"});
  const auto name = subject_of(words);
  auto* subject = counted ? about(name, now) : nullptr;
  if (const auto known = subjects_.find(name); !counted && known != subjects_.end())
    subject = &known->second;
  if (!subject) return line;

  const bool is_new =
      subject->said.size() < most_said && subject->said.insert(what_is_said(words)).second;
  const bool always = is_error || !counted || is_new || find(words, "id") ||
                      std::exchange(subject->after_error, false);
  if (!always && subject->left < 1) {
    subject->held = std::move(line);
    ++subject->left_out;
    return std::nullopt;
  }
  if (counted) subject->left = std::max(0.0, subject->left - 1);
  subject->after_error = is_error;
  // What was held back of it is no longer the last word.
  subject->held.reset();
  return with_count(std::move(line), std::exchange(subject->left_out, 0));
}

std::vector<LogLine> Repeats::take_due(Duration now) {
  std::vector<LogLine> lines;
  for (auto& [name, subject] : subjects_) {
    if (!subject.held || due(subject) > now) continue;
    earn(subject, now);
    subject.left = std::max(0.0, subject.left - 1);
    lines.push_back(write_held(subject));
  }
  return lines;
}

std::optional<Duration> Repeats::next_due() const {
  std::optional<Duration> first;
  for (const auto& [name, subject] : subjects_)
    if (subject.held && (!first || due(subject) < *first)) first = due(subject);
  return first;
}

std::vector<LogLine> Repeats::take_all() {
  std::vector<LogLine> lines;
  for (auto& [name, subject] : subjects_)
    if (subject.held) lines.push_back(write_held(subject));
  return lines;
}

/// Null where there is no room for another: what is about it is written.
Repeats::Subject* Repeats::about(const std::string& name, Duration now) {
  if (const auto known = subjects_.find(name); known != subjects_.end()) {
    earn(known->second, now);
    return &known->second;
  }
  if (subjects_.size() >= most_subjects) {
    std::erase_if(subjects_, [&](const auto& known) {
      return !known.second.held && due(known.second) + 10 * one_more_after_ < now;
    });
  }
  if (subjects_.size() >= most_subjects) return nullptr;
  return &subjects_.try_emplace(name, Subject{.left = at_once, .at = now}).first->second;
}

void Repeats::earn(Subject& subject, Duration now) const {
  subject.left += static_cast<double>((now - subject.at).count()) /
                  static_cast<double>(one_more_after_.count());
  subject.at = now;
  if (subject.left < at_once) return;
  subject.left = at_once;
  subject.said.clear();
}

Duration Repeats::due(const Subject& subject) const {
  const auto missing = std::max(0.0, 1 - subject.left);
  return subject.at + Duration{static_cast<Duration::rep>(
                                   missing * static_cast<double>(one_more_after_.count())) +
                               1};
}

LogLine Repeats::write_held(Subject& subject) {
  const auto others = std::exchange(subject.left_out, 0) - 1;
  return with_count(*std::exchange(subject.held, std::nullopt), others);
}

}  // namespace foghorn
